import type { Identity, Link, RecipientView } from '@fairlead/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AccountWorld,
  accountKinds,
  openAccountWorld,
  owner,
  vendorOf,
} from './testing/account-world.ts'

/** Each of them is a sender of the member; what they are at the accounts decides what recipients see. */
const senders = {
  'the account itself': owner,
  'an alias that is confirmed': 'sales@brightwater.example',
  'an alias of another domain': 'ines@harbour.example',
  'an alias that waits for its confirmation': 'new@harbour.example',
  'an address that the accounts do not know': 'ines@elsewhere.example',
} as const
type Sender = keyof typeof senders

let world: AccountWorld
const linkOf: Record<string, string> = {}
const identityOf: Partial<Record<Sender, string>> = {}

beforeAll(async () => {
  world = await openAccountWorld()
  const { api, internet } = world
  await world.startWorker()
  const aliases = [
    { address: senders['an alias that is confirmed'], name: 'Sales', isConfirmed: true },
    { address: senders['an alias of another domain'], name: 'Ines', isConfirmed: true },
  ]
  const waiting = {
    address: senders['an alias that waits for its confirmation'],
    name: '',
    isConfirmed: false,
  }
  for (const kind of accountKinds) {
    // Exchange knows no address that waits.
    const all = kind === 'gmail' ? [...aliases, waiting] : aliases
    await internet.putAccount({ vendor: vendorOf[kind], address: owner, aliases: all })
    await api.call('GET', `/links/${world.linkOf[kind]}/addresses`)
  }
  const { links } = await api.call<{ links: Link[] }>('GET', '/links')
  for (const { kind, id } of links) linkOf[kind] = id
  const { identities } = await api.call<{ identities: Identity[] }>('GET', '/identities')
  for (const [sender, address] of Object.entries(senders)) {
    const known = identities.find(one => one.address === address)
    const body = { name: `Ines at ${address.split('@', 1)[0]}`, address }
    const { id, verifiedAt } = known ?? (await api.call<Identity>('POST', '/identities', { body }))
    if (verifiedAt === null) await api.call('POST', `/identities/${id}/vouch`, { body: {} })
    identityOf[sender as Sender] = id
  }
}, 240_000)
afterAll(() => world?.close())

const combinations = (Object.keys(senders) as Sender[]).flatMap(sender =>
  (['managed', ...accountKinds] as const).map(kind => [sender, kind] as const),
)

test.each(combinations)(
  '%s over %s: the recipient gets the From that compose showed',
  async (sender, kind) => {
    const choice = { identityId: identityOf[sender], linkId: linkOf[kind] }
    const shown = await world.api.call<RecipientView>('POST', '/preview', { body: choice })
    const to = `${kind}.${(identityOf[sender] ?? '').replace('_', '')}@harbourmaster.example`
    await world.api.send({ ...choice, to: [to], subject: 'From' })
    const [message] = await world.internet.wait({ to, timeoutMs: 60_000 })
    const { name, address } = shown.from
    expect(message?.from).toBe(`${name} <${address}>`)
    expect(shown.gmail.value).toMatchObject({ name, address })
    // Its own address, or one that it may send as, is never replaced; any other always is, and that is said before.
    const isTheirs = kind === 'managed' || !/waits|not know/.test(sender)
    expect(shown.isSwapped).toBe(!isTheirs)
    expect(address).toBe(isTheirs ? senders[sender] : owner)
  },
)
