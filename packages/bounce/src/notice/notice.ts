import type { Headers } from '../mail/headers.ts'
import type { Part } from '../mail/parts.ts'
import type { ReasonCode } from '../reasons/list.ts'

/** A mail laid out for the readers of formats and hosts. Text is decoded; lines end with LF. */
export interface Notice {
  readonly headers: Headers
  /** Media type of the whole, in lower case. */
  readonly type: string
  readonly contentType: string
  readonly subject: string
  readonly lowerSubject: string
  /** The From header, decoded, in lower case. */
  readonly from: string
  readonly parts: readonly Part[]
  /** What a person would read, without the returned message. */
  readonly text: string
  readonly lowerText: string
  readonly lines: readonly string[]
  /** Header blocks of returned messages, decoded of their transfer encoding, the likeliest first. */
  readonly originals: readonly Headers[]
  /** Everything after the marker of a returned message in plain text; empty where a part carries it. */
  readonly originalText: string
  /** The undecoded body, for what its structure lost. */
  readonly body: string
}

export type Action = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'complained'

/** What a reader found on one recipient, before its reason is told. */
export interface Finding {
  /** As written in the notice; an empty string where it was redacted. */
  readonly address: string
  readonly original?: string
  readonly action: Action
  /** The Status field of a report, not what stands in a diagnostic. */
  readonly status?: string
  readonly replyCode?: number
  readonly diagnostic: string
  readonly remoteMta?: string
  readonly reportingMta?: string
  /** The SMTP command that was answered, where the notice says so. */
  readonly command?: SmtpCommand
  /** The address is not the report's own word. */
  readonly isGuessed?: boolean
  /** A reason that the report itself names, in a field of its own. */
  readonly named?: ReasonCode
  /** A reason that the reader knows by the layout alone. */
  readonly reason?: ReasonCode
}

export type SmtpCommand = 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'auth' | 'starttls'

/** What a format or host reader makes of a notice. */
export interface Reading {
  readonly rule: string
  readonly findings: readonly Finding[]
  readonly confidence: number
  readonly kind?: 'feedback' | 'auto-reply' | 'challenge'
  readonly envelopeIds?: readonly string[]
  readonly messageIds?: readonly string[]
  readonly queueIds?: readonly string[]
}
