import { findAddress } from './mail/address.ts'
import { decodeWords, field, readHeaders } from './mail/headers.ts'
import { toLines } from './mail/line-ends.ts'

/** What a list of mails shows of one. Texts are decoded; empty where nothing stands. */
export interface MailHead {
  readonly fromName: string
  readonly fromAddress: string
  readonly subject: string
  /** Without angle brackets. */
  readonly messageId: string
}

/** A header block beyond this is an attack. */
const mostBytes = 256 * 1024

/** Reads the top fields of any mail. Pure; never throws, whatever the bytes. */
export function readMailHead(bytes: Uint8Array): MailHead {
  const headers = readHeaders(toLines(bytes.subarray(0, mostBytes)))
  const from = decodeWords(field(headers, 'from'))
  const name = /^\s*"?([^"<>]*?)"?\s*</.exec(from)?.[1] ?? ''
  return {
    fromName: fold(name),
    fromAddress: findAddress(from),
    subject: fold(decodeWords(field(headers, 'subject'))),
    messageId: /<([^<>\s]{1,900})>/.exec(field(headers, 'message-id'))?.[1] ?? '',
  }
}

const fold = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 1000)
