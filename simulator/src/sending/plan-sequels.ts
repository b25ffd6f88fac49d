import type { Incoming } from '../behaviours/behaviour.ts'
import { confirmDelivery } from '../behaviours/sequels.ts'
import { behaviourOf } from '../behaviours/table.ts'
import { returnLimit } from '../letters/write-letter.ts'
import { headerEnd } from '../received/read-head.ts'
import type { Taken } from '../received/take-message.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'
import type { Sender } from './sender.ts'

/** Plans what the recipients of a message that was taken send back. */
export function planSequels(
  { message, head, start }: Taken,
  { zone, settings, sender }: { zone: Zone; settings: SimulatorSettings; sender: Sender },
): void {
  const isWhole = message.size <= returnLimit
  for (const recipient of message.recipients) {
    const sequel = behaviourOf(recipient.address)?.sequel ?? confirmDelivery
    if (sequel === confirmDelivery && recipient.notify.length === 0) continue
    const domain = recipient.address.slice(recipient.address.lastIndexOf('@') + 1)
    const bytes = isWhole ? start : start.subarray(0, headerEnd(start))
    const incoming: Incoming = {
      message,
      recipient,
      head,
      isWhole,
      bytes,
      host: zone.exchangesOf(domain)[0] ?? `mx1.${domain}`,
      flavour: zone.flavourOf(domain),
    }
    sender.add({
      dueMs: settings[sequel.after],
      weight: start.length,
      about: message.id,
      write: () => sequel.write(incoming),
    })
  }
}
