/** Quoted-printable and base64 (RFC 2045 §6.7, §6.8) in lines of at most 76 columns with CRLF. */

const lineOctets = 57
const hexDigits = Buffer.from('0123456789ABCDEF')
const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const EQUALS = 61
const DOT = 46

/** May the octet stand for itself? 33–126 without `=`; white space depends on what follows. */
const isLiteral = new Uint8Array(256)
for (let octet = 33; octet <= 126; octet++) isLiteral[octet] = octet === EQUALS ? 0 : 1

export interface EncodedText {
  readonly encoding: 'quoted-printable' | 'base64'
  readonly text: string
}

/** Text of any line ends as CRLF text in the smaller encoding. NUL octets are dropped: no mail system keeps them. */
export function encodeText(text: string): EncodedText {
  const octets = Buffer.from(text.includes('\0') ? text.replaceAll('\0', '') : text)
  const quoted = quotedPrintable(octets)
  if (quoted.length <= base64Size(octets.length)) return { encoding: 'quoted-printable', text: quoted }
  return {
    encoding: 'base64',
    text: base64Lines(Buffer.from(octets.toString().replace(/\r\n?|\n/g, '\r\n'))),
  }
}

/**
 * Lines end in CRLF whatever ended them before. White space at the end of a line, a leading dot (SMTP doubles it)
 * and a leading `From ` (mailboxes put `>` before it) are escaped, so that no hop has a reason to touch a line.
 */
export function quotedPrintable(octets: Buffer): string {
  const out = Buffer.allocUnsafe(octets.length * 3 + Math.ceil(octets.length / 24) * 3 + 8)
  let at = 0
  let column = 0
  for (let index = 0; index < octets.length; index++) {
    const octet = octets[index] ?? 0
    if (octet === CR || octet === LF) {
      if (octet === CR && octets[index + 1] === LF) index++
      out[at++] = CR
      out[at++] = LF
      column = 0
      continue
    }
    const literal = staysLiteral(octets, index, column)
    if (column + (literal ? 1 : 3) > 75) {
      out[at++] = EQUALS
      out[at++] = CR
      out[at++] = LF
      column = 0
    }
    if (literal && !(column === 0 && octet === DOT)) {
      out[at++] = octet
      column += 1
    } else {
      out[at++] = EQUALS
      out[at++] = hexDigits[octet >> 4] ?? 0
      out[at++] = hexDigits[octet & 15] ?? 0
      column += 3
    }
  }
  return out.toString('latin1', 0, at)
}

function staysLiteral(octets: Buffer, index: number, column: number): boolean {
  const octet = octets[index] ?? 0
  if (octet === SPACE || octet === TAB) {
    const next = octets[index + 1]
    return next !== undefined && next !== CR && next !== LF
  }
  if (octet === 70 && column === 0) return octets.toString('latin1', index, index + 5) !== 'From '
  return isLiteral[octet] === 1
}

/** base64 of octets, each line ended by CRLF; empty for none. */
export function base64Lines(octets: Buffer): string {
  return octets.toString('base64').replace(/.{1,76}/g, '$&\r\n')
}

/** Octets that `base64Lines` makes of so many. */
export function base64Size(octets: number): number {
  const letters = Math.ceil(octets / 3) * 4
  return letters + Math.ceil(letters / 76) * 2
}

/** base64 lines of a stream, in chunks of at most 64 KB, without holding more than one of them. */
export async function* base64Stream(octets: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const step = lineOctets * 800
  let rest = Buffer.alloc(0)
  for await (const chunk of octets) {
    const held = rest.length > 0 ? Buffer.concat([rest, chunk]) : asBuffer(chunk)
    const whole = held.length - (held.length % lineOctets)
    for (let at = 0; at < whole; at += step) yield base64Lines(held.subarray(at, Math.min(at + step, whole)))
    rest = Buffer.from(held.subarray(whole))
  }
  if (rest.length > 0) yield base64Lines(rest)
}

function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
}
