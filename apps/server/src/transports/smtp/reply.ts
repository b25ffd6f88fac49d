import type { CertificateFacts } from './certificate.ts'

/** One answer of an SMTP server (RFC 5321 §4.2). */
export interface SmtpReply {
  readonly code: number
  /** Enhanced status (RFC 3463) where the first line has one, e.g. 5.1.1. */
  readonly status: string | null
  /** Verbatim, codes included, lines joined by LF, at most 4,000 characters. */
  readonly text: string
  /** Lines without their codes. */
  readonly lines: readonly string[]
}

export type SmtpStage =
  | 'connect'
  | 'greeting'
  | 'hello'
  | 'encrypt'
  | 'sign-in'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'body'
  | 'end'

export type SmtpTrouble =
  /** No TCP connection. */
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'tls'
  | 'certificate'
  /** What came is no SMTP. */
  | 'protocol'
  /** A reply that ends the set-up: greeting, EHLO, login. */
  | 'reply'
  /** The login may not be sent in the clear, or no method is shared. */
  | 'no-login'
  | 'aborted'

/** Why a connection or a transaction ended without an answer to the mail. */
export class SmtpError extends Error {
  readonly trouble: SmtpTrouble
  readonly stage: SmtpStage
  readonly reply: SmtpReply | null
  /** The system's or TLS's own code, e.g. ECONNREFUSED, CERT_HAS_EXPIRED. */
  readonly code: string | null
  /** The certificate that was not good enough. */
  readonly certificate: CertificateFacts | null
  constructor(
    at: {
      readonly trouble: SmtpTrouble
      readonly stage: SmtpStage
      readonly reply?: SmtpReply | null
      readonly code?: string
      readonly certificate?: CertificateFacts
    },
    message: string,
  ) {
    super(message)
    this.name = 'SmtpError'
    this.trouble = at.trouble
    this.stage = at.stage
    this.reply = at.reply ?? null
    this.code = at.code ?? null
    this.certificate = at.certificate ?? null
  }
}

// RFC 5321 §4.5.3.1.5 allows 512 octets a line; real servers write more. Beyond this a server is hostile.
const longestReply = 65_536
const replyLine = /^([2-5]\d\d)(?:([ -])(.*))?$/
const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/

/** Cuts a stream of text into replies. `push` throws a plain Error on what is no SMTP reply. */
export function createReplyReader() {
  let buffer = ''
  let lines: string[] = []
  let octets = 0
  return {
    push(chunk: string): SmtpReply[] {
      const replies: SmtpReply[] = []
      buffer += chunk
      octets += chunk.length
      for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
        const line = buffer.slice(0, end).replace(/\r$/, '')
        buffer = buffer.slice(end + 1)
        const match = replyLine.exec(line)
        if (!match) throw new Error(`Not an SMTP reply: ${line.slice(0, 200)}`)
        lines.push(line)
        if (match[2] === '-') continue
        replies.push(toReply(Number(match[1]), lines))
        lines = []
        octets = buffer.length
      }
      if (octets > longestReply) throw new Error(`An SMTP reply longer than ${longestReply} characters`)
      return replies
    },
    /** Has anything arrived that is not yet a whole reply? */
    isEmpty: () => buffer === '' && lines.length === 0,
  }
}

function toReply(code: number, verbatim: readonly string[]): SmtpReply {
  const lines = verbatim.map(line => line.slice(4))
  return {
    code,
    status: enhanced.exec(lines[0] ?? '')?.[1] ?? null,
    text: verbatim.join('\n').slice(0, 4_000),
    lines,
  }
}
