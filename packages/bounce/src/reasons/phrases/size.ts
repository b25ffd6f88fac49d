import type { PhraseTable } from '../phrase-index.ts'

/** The message is too large. */
export const sizePhrases: PhraseTable = {
  'size.recipient': [
    'exceeds administrative limit',
    'recipsizelimit',
    'sendersizelimit',
    'larger than * recipient * accept~',
  ],
  'size.message': [
    'message size exceeds',
    'message * exceeds * size',
    'message file too big',
    'message too big',
    'message is too big',
    'message * too large',
    'mail is too large',
    'message is larger than',
    'message size limit',
    'size limit exceeded',
    'maximum message size exceeded',
    'exceeds * maximum * size',
    'exceeded * maximum * size',
    'exceeds * size limit',
    'exceed * size limit',
    'sizelimit',
    'line limit exceeded',
    'message length exceeds',
    'message header size',
    'mail size * limit~',
    'zu groß',
    'trop volumineux',
    'demasiado grande',
    'слишком большой',
    'サイズが大き',
  ],
}
