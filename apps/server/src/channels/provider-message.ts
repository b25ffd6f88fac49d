import { createHash } from 'node:crypto'
import { foldAddress } from '../mail/address.ts'
import { extraField, mailboxField } from '../mail/header-field.ts'
import type { Address } from '../mail/message.ts'
import { narrowRecipients } from '../mail/narrow-recipients.ts'
import { type AccountSettings, fromOf } from './account-settings.ts'
import type { Handoff } from './channel.ts'

/**
 * Finds a message again at a provider that may give it another Message-ID: the same for the same message to the same
 * people, so that a draft that a try left behind is the draft of the next one.
 */
export function markerOf(messageId: string, recipients: readonly Address[]): string {
  const people = recipients.map(foldAddress).toSorted().join(' ')
  return createHash('sha256').update(`${messageId}\n${people}`).digest('base64url').slice(0, 32)
}

/** Field that carries the marker, where the provider has no other place for it. */
export const markerField = 'X-Fairlead-Handoff'

/** A message as a provider is given it: recipients in its header, From as the account may send. */
export interface ProviderMessage {
  /** Without the empty line. */
  readonly headers: readonly string[]
  /** Octets of headers, empty line and body. */
  readonly size: number
  readonly open: () => AsyncIterable<Uint8Array>
}

/** `marker` null: it is kept elsewhere than in a field. */
export function providerMessage(
  handoff: Handoff,
  settings: AccountSettings,
  marker: string | null,
): ProviderMessage {
  const { message } = handoff
  const recipients = handoff.deliveries.map(({ to }) => to)
  const from = mailboxField('From', [fromOf(settings, message.from)])
  const narrowed = narrowRecipients(message.headers, recipients)
  const headers = [
    ...narrowed.headers.map(field => (/^from:/i.test(field) ? from : field)),
    ...(marker === null ? [] : [extraField(markerField, marker)]),
  ]
  const bodySize = message.size - sizeOf(message.headers)
  return {
    headers,
    size: sizeOf(headers) + bodySize,
    async *open() {
      yield Buffer.from(`${headers.join('\r\n')}\r\n\r\n`)
      for await (const chunk of message.openBody()) yield Buffer.from(chunk)
    },
  }
}

/** With the line ends and the empty line behind them. */
function sizeOf(headers: readonly string[]): number {
  return headers.reduce((sum, field) => sum + Buffer.byteLength(field) + 2, 2)
}
