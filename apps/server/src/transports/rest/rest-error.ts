/** Why a call has no answer. */
export type RestTrouble =
  /** The address guard refused, or the name has no address. */
  | 'unreachable'
  /** No connection, or it broke. */
  | 'network'
  | 'tls'
  | 'timeout'
  /** The caller's signal. */
  | 'aborted'
  /** More came than the caller takes. */
  | 'too-large'

/** A call without an answer. Its message names the host and never what was sent: no path, no header, no body. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly trouble: RestTrouble
  /** The far side cannot have seen the request: it failed before the first byte of it left. */
  readonly isUnsent: boolean
  constructor(message: string, facts: { readonly trouble: RestTrouble; readonly isUnsent: boolean }) {
    super(message)
    this.trouble = facts.trouble
    this.isUnsent = facts.isUnsent
  }
}
