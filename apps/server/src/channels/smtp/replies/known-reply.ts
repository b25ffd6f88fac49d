import type { CheckSentence, CheckStageName, LinkFix } from '@fairlead/contract'

/**
 * A reply that servers are known to give, and what it means for whoever connects one. Pure data: a new wording is a
 * new row, not a new branch.
 */
export interface KnownReply {
  /** The words, as short as they stay unmistakable. */
  readonly words: RegExp
  /** Only from these servers; absent: whoever says so. */
  readonly host?: RegExp
  /** The stage that shows it most often. */
  readonly stage: CheckStageName
  readonly sentence: CheckSentence
  /** The likeliest first. */
  readonly fixes: readonly LinkFix[]
  /** A user name that the provider gives to everybody. */
  readonly user?: string
  /** As it was seen or is documented; the test reads each of them. */
  readonly example: string
  /** The vendor's page or source code that was read and holds it, the program that was seen to say it, or `seenInPractice`. */
  readonly source: string
}

/** Met in logs and reports of many installations; no page of the vendor's that says it is known. */
export const seenInPractice = 'seen in practice'

/** Programs whose words were read from the program itself. */
export const programs = ['Postfix 3.7, smtpd(8)', 'Dovecot 2.3, auth'] as const
