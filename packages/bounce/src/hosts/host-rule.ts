import type { Action } from '../notice/notice.ts'
import type { ReasonCode } from '../reasons/list.ts'

/**
 * A mail system that reports failures in words of its own, as data. The first rule that finds a recipient
 * speaks. All strings are lower case and compared as substrings of lower-cased text.
 */
export interface HostRule {
  readonly name: string
  readonly system: string
  /** Versions that write so, as far as known. */
  readonly version: string
  /** Where the layout is documented, or how it is known. */
  readonly source: string
  /** One of these must hold. */
  readonly signs: readonly Sign[]
  readonly layout: ListLayout | SentenceLayout | TranscriptLayout | HeaderLayout | SenderLayout
  /** What befell every recipient; `failed` where absent, unless the words say that tries go on. */
  readonly action?: Action
  /** The reason where the words give none. */
  readonly reason?: ReasonCode
  readonly confidence?: number
}

/** What tells that a system wrote a notice; all that is given must hold. */
export interface Sign {
  readonly from?: string
  readonly subject?: string
  readonly header?: readonly [name: string, part: string]
  readonly text?: string
}

/** Recipients stand on lines of their own between two markers. */
export interface ListLayout {
  readonly kind: 'list'
  /** Recipients stand after the line that holds one of these; from the top of the text where absent. */
  readonly begin?: readonly string[]
  /** Nothing is read after a line that holds one of these. */
  readonly end?: readonly string[]
  /** Tried in order on each line; groups `address`, where the line goes on `rest`, and `original` for the address before expansion. */
  readonly recipient: readonly RegExp[]
  /** Where the reason of a recipient stands: the lines after it, the lines before it, or after `shared`. */
  readonly reasonStands?: 'after' | 'before'
  /** After a line that holds one of these the words are about every recipient. */
  readonly shared?: readonly string[]
}

/** One sentence tells all: groups `address` and `reason`, the second optional. */
export interface SentenceLayout {
  readonly kind: 'sentence'
  readonly sentence: RegExp
}

/** An SMTP session is quoted: `>>> RCPT To:<…>`, `<<< 550 …`, as sendmail and its kin do. */
export interface TranscriptLayout {
  readonly kind: 'transcript'
}

/** The list itself refused: its address is the sender's, less the suffix of its owner. */
export interface SenderLayout {
  readonly kind: 'sender'
  readonly suffix: string
}

/** No recipient stands in the text: `X-Failed-Recipients` names them, the whole text tells why. */
export interface HeaderLayout {
  readonly kind: 'header'
}
