import type { PhraseTable } from '../phrase-index.ts'

/** What the message holds. */
export const spamPhrases: PhraseTable = {
  'content.spam': [
    'unsolicited~',
    'spamassassin',
    'antispam',
    'spamming',
    'ube id',
    'bulk mail',
    'junk mail',
    'junk email',
    'content rejected',
    'content refused',
    'symantec * detected',
    'suspicious content',
    'spam',
  ],
  'content.rule': [
    'attachment * not allowed',
    'attachment type',
    'prohibited attachment',
    'illegal attachment',
    'forbidden attachment',
    'blocked attachment',
    'blocked file',
    'banned file~',
    'executable * attach~',
    'header * not accepted',
    'url * blocked',
    'contains * forbidden',
    'conversion required',
    'media not supported',
    'improper use of 8 bit',
    'malformed mime',
  ],
}
