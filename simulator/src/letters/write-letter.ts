import { randomBytes } from 'node:crypto'
import type { Incoming } from '../behaviours/behaviour.ts'
import { headerEnd } from '../received/read-head.ts'

/** A header field; an empty one is written too, for Exchange marks notices with an empty field. */
export type Field = readonly [name: string, value: string]

/** A MIME part: its fields and its body, text or bytes. */
export interface Part {
  readonly fields: readonly Field[]
  readonly body: string | Buffer
}

/** Nothing that came by SMTP may add lines to a header. */
const oneLine = (value: string): string => value.replace(/[\r\n\0]+/g, ' ')

const isAscii = (value: string): boolean => /^[\x20-\x7e\t]*$/.test(value)

/** An unstructured value; non-ASCII as encoded-words of at most 75 characters (RFC 2047 §2). */
export function words(value: string): string {
  const line = oneLine(value)
  if (isAscii(line)) return line
  const chunks: string[] = []
  for (const character of line) {
    const last = chunks.at(-1)
    if (last !== undefined && Buffer.byteLength(last + character) <= 42)
      chunks[chunks.length - 1] = last + character
    else chunks.push(character)
  }
  return chunks.map(chunk => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join('\r\n ')
}

const header = (fields: readonly Field[]): string =>
  fields.map(([name, value]) => `${name}:${value === '' ? '' : ` ${value}`}\r\n`).join('')

/** LF or CRLF in, CRLF out. */
export const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n')

/** A whole message of one part. */
export function single(fields: readonly Field[], body: string): Buffer {
  return Buffer.from(`${header(fields)}\r\n${crlf(body)}`)
}

/** A multipart body (RFC 2046 §5.1). */
export function multipart(boundary: string, parts: readonly Part[], preamble = ''): Buffer {
  const pieces = parts.flatMap(({ fields, body }) => [
    Buffer.from(`--${boundary}\r\n${header(fields)}\r\n`),
    typeof body === 'string' ? Buffer.from(crlf(body)) : body,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

/** A whole message of several parts; `fields` already name `boundary`. */
export function compound(fields: readonly Field[], body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${header(fields)}\r\n`), body])
}

/** A Date field (RFC 5322 §3.3). */
export function date(at: Date = new Date()): string {
  return at.toUTCString().replace('GMT', '+0000')
}

export const token = (bytes: number): string => randomBytes(bytes).toString('hex')

/** Postfix gives back only the header above this (bounce_size_limit, https://www.postfix.org/postconf.5.html). */
export const returnLimit = 50_000

/** The returned message, or its header alone where it is large or the sender asked so (RFC 3461 §4.3). */
export function returned(incoming: Incoming, extra: readonly Field[]): Part {
  const added = Buffer.from(header(extra))
  const isWhole = incoming.isWhole && incoming.message.returns !== 'HDRS'
  const kept = isWhole ? incoming.bytes : incoming.bytes.subarray(0, headerEnd(incoming.bytes))
  const type = isWhole ? 'message/rfc822' : 'text/rfc822-headers'
  return { fields: [['Content-Type', type]], body: Buffer.concat([added, kept]) }
}

/** Fields a status report begins with, for every recipient of it (RFC 3464 §2.2). */
export function envelopeId({ message }: Incoming): readonly Field[] {
  return message.envelopeId ? [['Original-Envelope-Id', oneLine(message.envelopeId)]] : []
}

/** What RCPT said was the original address, else the address itself (RFC 3464 §2.3.1). */
export function originalRecipient({ recipient }: Incoming): string {
  return oneLine(recipient.originalRecipient ?? `rfc822;${recipient.address}`)
}

export const statusPart = (groups: readonly (readonly Field[])[]): string => groups.map(header).join('\r\n')
