import type { PhraseTable } from '../phrase-index.ts'

/** Words that say little: heard only when nothing better was said. */
export const lastPhrases: PhraseTable = {
  'auth.security': ['access denied', 'permission denied', 'not permitted'],
  'recipient.unknown': ['address rejected'],
  'policy.rule': ['message rejected', 'message refused', 'abuse'],
  'reputation.blocked': ['blocked'],
  'system.error': ['service unavailable', 'service not available', 'service refused'],
}
