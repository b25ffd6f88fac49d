import { Problem } from '@fairlead/contract'

/** Throws email.line-break for a text that would break a header or a line on the screen. */
export function requireSingleLine(field: string, text: string): void {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw new Problem('email.line-break', { field })
}
