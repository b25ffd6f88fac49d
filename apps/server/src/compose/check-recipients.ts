import { limits, Problem } from '@fairlead/contract'
import { checkMailbox } from '../mail/address.ts'
import type { Mailbox } from '../mail/message.ts'
import { newId, type RecipientId } from '../platform/ids.ts'

export type RecipientKind = 'to' | 'cc' | 'bcc'

/** One person who will get exactly one copy. */
export interface Recipient extends Mailbox {
  readonly id: RecipientId
  readonly kind: RecipientKind
  /** For comparing: whole address in lower case. */
  readonly addressKey: string
}

export interface RecipientTexts {
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
}

/**
 * Reads To, Cc and Bcc. An address that stands twice counts once, where it stood first. Throws a Problem that
 * names the first wrong address, its field and what is wrong with it.
 */
export function checkRecipients(texts: RecipientTexts): Recipient[] {
  const count = texts.to.length + texts.cc.length + texts.bcc.length
  if (count === 0) throw new Problem('email.no-recipient')
  if (count > limits.recipientsPerEmail)
    throw new Problem('email.too-many-recipients', { count, limit: limits.recipientsPerEmail })
  const seen = new Map<string, Recipient>()
  for (const kind of ['to', 'cc', 'bcc'] as const) {
    for (const text of texts[kind]) {
      const recipient = readRecipient(kind, text)
      if (!seen.has(recipient.addressKey)) seen.set(recipient.addressKey, recipient)
    }
  }
  return [...seen.values()]
}

function readRecipient(kind: RecipientKind, text: string): Recipient {
  const answer = checkMailbox(text)
  if ('problem' in answer) {
    throw new Problem('email.address-invalid', {
      address: shorten(text),
      field: kind,
      problem: answer.problem,
    })
  }
  return { ...answer.mailbox, id: newId('recipient'), kind, addressKey: answer.mailbox.address.toLowerCase() }
}

const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)
