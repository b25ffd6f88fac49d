import type { PhraseTable } from './phrase-index.ts'
import { complianceFirstPhrases } from './phrases/compliance-first.ts'
import { contentPhrases } from './phrases/content.ts'
import { domainPhrases } from './phrases/domain.ts'
import { lastPhrases } from './phrases/last.ts'
import { mailboxPhrases } from './phrases/mailbox.ts'
import { policyPhrases } from './phrases/policy.ts'
import { quotaPhrases } from './phrases/quota.ts'
import { ratePhrases } from './phrases/rate.ts'
import { recipientPhrases } from './phrases/recipient.ts'
import { reputationPhrases } from './phrases/reputation.ts'
import { sizePhrases } from './phrases/size.ts'
import { spamPhrases } from './phrases/spam.ts'
import { transportPhrases } from './phrases/transport.ts'

/**
 * The tables in the order in which they are heard: a reply that says `mailbox full` and `user unknown` is about
 * the full mailbox. Within a table the first phrase that fits speaks.
 */
export const phraseTables: readonly PhraseTable[] = [
  complianceFirstPhrases,
  quotaPhrases,
  sizePhrases,
  domainPhrases,
  mailboxPhrases,
  contentPhrases,
  reputationPhrases,
  spamPhrases,
  ratePhrases,
  policyPhrases,
  recipientPhrases,
  transportPhrases,
]

/** Heard only when neither these nor a status said more. */
export const weakPhraseTables: readonly PhraseTable[] = [lastPhrases]
