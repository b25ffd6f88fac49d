import { writeFile } from 'node:fs/promises'
import { behaviourOf } from '../behaviours/table.ts'
import { exchangeBounce } from '../letters/exchange-report.ts'
import { gmailBounce } from '../letters/gmail-report.ts'
import { returnLimit } from '../letters/write-letter.ts'
import { acceptanceOf, queueId } from '../mx/wording.ts'
import { nextMessageId } from '../received/id.ts'
import type { ReceivedMessage, Verdicts } from '../received/message.ts'
import { headerEnd, readHead } from '../received/read-head.ts'
import type { ReceivedStore } from '../received/store.ts'
import type { Taken } from '../received/take-message.ts'
import { forwardOutside } from '../sending/forward.ts'
import { planSequels } from '../sending/plan-sequels.ts'
import type { Sender } from '../sending/sender.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'
import type { Vendor } from './account.ts'
import type { Carry } from './call.ts'
import { signAsVendor } from './vendor-signature.ts'
import type { VendorWorld } from './world.ts'

export interface CarryParts {
  readonly store: ReceivedStore
  readonly zone: Zone
  readonly settings: SimulatorSettings
  readonly sender: Sender
  readonly world: VendorWorld
  /** Own address. */
  readonly host: string
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Hands what a vendor sends to its recipients: one copy for each of their servers; what those refuse comes back. */
export function carrier(parts: CarryParts): Carry {
  return async ({ vendor, mailFrom, recipients, raw }) => {
    const byDomain = Map.groupBy(recipients, domainOf)
    for (const [domain, all] of byDomain) {
      const refused = all.filter(address => isRefused(address))
      const taken = all.filter(address => !isRefused(address))
      const arrived = await arrive(
        { vendor, mailFrom, recipients: taken.length > 0 ? taken : refused, raw, domain },
        parts,
      )
      if (taken.length > 0) {
        await parts.store.add(arrived.message)
        planSequels(arrived, parts)
        for (const address of taken) await parts.world.deliver(address, raw)
        const { id, ehlo } = arrived.message
        const passing = { mailFrom, recipients: taken, ehlo, about: id }
        await forwardOutside(passing, () => signAsVendor(raw, domainOf(mailFrom), parts.zone), parts)
      }
      for (const address of refused) giveBack(address, arrived, vendor, parts)
    }
  }
}

/** A greylisted server takes it from a vendor, who tries again by itself. */
function isRefused(address: string): boolean {
  return behaviourOf(address)?.refusal !== undefined
}

async function arrive(
  letter: { vendor: Vendor; mailFrom: string; recipients: readonly string[]; raw: Buffer; domain: string },
  { store, zone, host }: CarryParts,
): Promise<Taken> {
  const { raw } = letter
  const id = nextMessageId()
  const head = await readHead(raw.subarray(0, headerEnd(raw)))
  const queue = queueId()
  const message: ReceivedMessage = {
    ...{ id, receivedAt: new Date().toISOString(), source: 'api', mailFrom: letter.mailFrom },
    recipients: letter.recipients.map(address => ({ address, notify: [], originalRecipient: null })),
    ...{
      envelopeId: null,
      returns: null,
      size: raw.length,
      isTls: true,
      tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
    },
    ehlo:
      letter.vendor === 'google'
        ? 'mail-ed1-f69.google.com'
        : 'EUR05-DB8-obe.outbound.protection.outlook.com',
    ...{ clientAddress: host, queueId: queue },
    answer: `250 ${acceptanceOf(zone.flavourOf(letter.domain), { queueId: queue, messageId: head.messageId, size: raw.length })}`,
    ...{ subject: head.subject, from: head.from, messageId: head.messageId },
    verdicts: verdictsOf(letter.mailFrom, head.fromAddress),
  }
  await writeFile(store.pathOf(id), raw)
  return { message, head, start: raw }
}

/** The vendor signs for the account's own domain and sends from its own hosts. */
function verdictsOf(account: string, from: string): Verdicts {
  const domain = domainOf(account)
  const isAligned = domainOf(from) === domain
  return {
    ...{ state: 'done', spf: { result: 'pass', domain } },
    dkim: [
      {
        ...{ result: 'pass', domain, selector: 'simulated', algorithm: 'rsa-sha256' },
        isAligned,
        comment: '',
      },
    ],
    dmarc: { result: isAligned ? 'pass' : 'fail', domain: domainOf(from), policy: 'none' },
  }
}

/** The sending vendor's own notice lands in the sender's inbox. */
function giveBack(address: string, { message, head, start }: Taken, vendor: Vendor, parts: CarryParts): void {
  const isWhole = start.length <= returnLimit
  const recipient = { address, notify: [], originalRecipient: null }
  const host = parts.zone.exchangesOf(domainOf(address))[0] ?? `mx1.${domainOf(address)}`
  const bytes = isWhole ? start : start.subarray(0, headerEnd(start))
  const flavour = vendor === 'google' ? 'google' : 'microsoft'
  const incoming = { message, recipient, head, bytes, isWhole, host, flavour } as const
  parts.sender.add({
    ...{ dueMs: parts.settings.bounceAfterMs, weight: bytes.length, about: message.id },
    write: () => (vendor === 'google' ? gmailBounce(incoming) : exchangeBounce(incoming)),
  })
}
