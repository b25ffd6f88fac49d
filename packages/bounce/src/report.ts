import type { Fault, Reason, RetryAdvice, SuppressAdvice } from './reasons/list.ts'

/** What a returned mail is. `other`: none of these, so perhaps a reply by a person. */
export type MailKind = 'bounce' | 'delay' | 'delivered' | 'feedback' | 'auto-reply' | 'challenge' | 'other'

/** What a returned mail says of one recipient. */
export interface ReportedRecipient {
  /** The address at the end of forwarding (RFC 3464 §2.3.2), lower-cased domain; null where it was redacted. */
  readonly finalAddress: string | null
  /** The address we wrote to (RFC 3464 §2.3.1), where the notice says so. */
  readonly originalAddress: string | null
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'complained'
  /** `final`: no further try will be made; `pending`: the reporting system goes on trying. */
  readonly finality: 'final' | 'pending'
  /** RFC 3463 status, and where it stood. */
  readonly status: string | null
  readonly statusFrom: 'status-field' | 'diagnostic' | 'text' | 'derived' | null
  readonly replyCode: number | null
  readonly reason: Reason
  readonly permanence: 'permanent' | 'temporary'
  readonly fault: Fault
  readonly suppress: SuppressAdvice
  readonly retry: RetryAdvice
  readonly remoteMta: string | null
  readonly reportingMta: string | null
  /** Verbatim diagnostic, white space folded, at most 4,000 characters. */
  readonly diagnostic: string
}

/** Everything in a notice that may tell which email it speaks of. All lists in order of trust, without duplicates. */
export interface MatchingKeys {
  /** Addresses the notice was sent to (To, Delivered-To, X-Original-To) and return paths named inside it. */
  readonly returnPaths: readonly string[]
  /** Values of our own X-Fairlead-Ref inside the returned part. */
  readonly refs: readonly string[]
  /** Message-IDs of the returned message, without angle brackets. */
  readonly messageIds: readonly string[]
  readonly envelopeIds: readonly string[]
  readonly queueIds: readonly string[]
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  readonly failedRecipients: readonly string[]
}

export interface BounceReport {
  readonly kind: MailKind
  /** Address of the From header: of an auto-reply or challenge, whose mailbox answered; null where none stands. */
  readonly from: string | null
  readonly recipients: readonly ReportedRecipient[]
  readonly keys: MatchingKeys
  /** 0 to 1: how sure the reading is. */
  readonly confidence: number
  /** The name of the rule that spoke, e.g. `formats/dsn` or `hosts/exim`. */
  readonly rule: string
}
