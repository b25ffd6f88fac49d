import type { PhraseTable } from '../phrase-index.ts'

/** Messages that break a mail standard, senders that do not exist. First, since such replies quote the words of other reasons. */
export const complianceFirstPhrases: PhraseTable = {
  'policy.not-compliant': [
    'rfc * compliant',
    'multiple * addresses in from',
    'duplicate header',
    'bare lf',
    'barelinefeed~',
    'message id header * missing',
    'missing * from header',
    'has no from header',
    'syntax error in from header',
    'too long header',
    'maximum allowed line length',
    'line length exceeded',
    '8bit * not allowed',
  ],
  'policy.sender-rejected': [
    'sender address rejected',
    'does not accept mail from',
    'sender blacklisted',
    'manually blocked senders',
    'address that has been blacklisted',
    'domain of sender address * not',
  ],
  'policy.rule': ['host network not allowed', 'policy reasons', 'presents a potential'],
  'transport.network': ['wasnt able to establish an smtp connection'],
  'local.suppressed': ['suppression list', 'suppressed sending'],
}
