/**
 * Something the operator can put right: shown as it stands, without a stack. The message says what is wrong
 * and what to do, in whole sentences.
 */
export class PlainError extends Error {
  override readonly name = 'PlainError'
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The code of a system or database error (`ENOENT`, `42501`), or an empty string. */
export function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : ''
}
