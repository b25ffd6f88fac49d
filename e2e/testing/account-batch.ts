import { setTimeout as delay } from 'node:timers/promises'
import type { Email } from '@fairlead/contract'
import type { ShownAccount } from '@fairlead/simulator/client'
import { expect } from 'vitest'
import { type AccountKind, type AccountWorld, accountKinds, vendorOf } from './account-world.ts'

/** Emails to one person each, as many over each account; who they are to tells them from all others. */
export interface Batch {
  readonly name: string
  readonly domains: Readonly<Record<AccountKind, string>>
  /** Ids of the emails, by address. */
  readonly emails: ReadonlyMap<string, string>
}

/** What a batch came to; printed as a table. */
export interface BatchCounts {
  sends: number
  kills: number
  accepted: number
  uncertain: number
  lost: number
  twice: number
  sentCopies: number
  drafts: number
}

const atOnce = 10

/** Hands `size` emails for each account to the API. `local` names the mailbox of the n-th. */
export async function sendBatch(
  world: AccountWorld,
  name: string,
  size: number,
  local: (at: number) => string = at => `p${at}`,
): Promise<Batch> {
  const domains = { gmail: `${name}-gmail.example`, microsoft: `${name}-microsoft.example` }
  const wanted = Array.from({ length: size }, (_, at) =>
    accountKinds.map(kind => ({ to: `${local(at)}@${domains[kind]}`, linkId: world.linkOf[kind] })),
  ).flat()
  const emails = new Map<string, string>()
  for (let at = 0; at < wanted.length; at += atOnce) {
    await Promise.all(
      wanted.slice(at, at + atOnce).map(async ({ to, linkId }) => {
        emails.set(to, (await world.api.send({ to: [to], linkId, subject: name })).id)
      }),
    )
  }
  return { name, domains, emails }
}

export const domainsOf = ({ domains }: Batch): string[] => accountKinds.map(kind => domains[kind])

/**
 * Waits until every delivery of the batch has come to its end. What can only end by time (a second look, a try that was
 * put off) gets it: the database's clock moves on while nothing is in a worker's hands and nothing else happens.
 */
export async function settled(
  world: AccountWorld,
  batch: Batch,
  more: {
    readonly staysUncertain?: readonly AccountKind[]
    /** Emails of other batches that leave in between. */
    readonly beside?: number
  } = {},
): Promise<void> {
  const { staysUncertain = [], beside = 0 } = more
  const endAt = performance.now() + 60_000 + (batch.emails.size + beside) * 400
  let before = await openOf(world, batch, staysUncertain)
  let isStillSince = performance.now()
  while (before.held + before.waiting > 0) {
    await delay(250)
    const now = await openOf(world, batch, staysUncertain)
    if (performance.now() > endAt) throw new Error(`${batch.name} is still ${JSON.stringify(now)}`)
    const isStill = now.held === 0 && now.waiting === before.waiting
    before = now
    if (!isStill) isStillSince = performance.now()
    if (performance.now() - isStillSince < 1_500) continue
    await world.pass(61_000)
    isStillSince = performance.now()
  }
}

/** What is in a worker's hands, and what waits for its time or for an answer. */
async function openOf(
  world: AccountWorld,
  { domains }: Batch,
  staysUncertain: readonly AccountKind[],
): Promise<{ held: number; waiting: number }> {
  const open = { held: 0, waiting: 0 }
  for (const kind of accountKinds) {
    const { claimed = 0, sending = 0, queued = 0, uncertain = 0 } = await world.statesAt(domains[kind])
    open.held += claimed + sending
    open.waiting += queued + (staysUncertain.includes(kind) ? 0 : uncertain)
  }
  return open
}

/** Nothing lost, nothing twice, one copy in Sent, no draft left but `leftDrafts` at most; and the states say so. */
export async function expectOnceEach(
  world: AccountWorld,
  batch: Batch,
  more: { readonly staysUncertain?: readonly AccountKind[]; readonly leftDrafts?: number } = {},
): Promise<BatchCounts> {
  const { staysUncertain = [], leftDrafts = 0 } = more
  const copies = await copiesOf(world, batch)
  const counts = { ...none(), sends: batch.emails.size }
  for (const address of batch.emails.keys()) {
    const got = copies.get(address) ?? 0
    if (got === 0) counts.lost += 1
    if (got > 1) counts.twice += 1
  }
  for (const kind of accountKinds) {
    const states = await world.statesAt(batch.domains[kind])
    counts.accepted += states.accepted ?? 0
    counts.uncertain += states.uncertain ?? 0
    const size = batch.emails.size / accountKinds.length
    expect(states, batch.name).toEqual({
      [staysUncertain.includes(kind) ? 'uncertain' : 'accepted']: size,
    })
    const placed = await placesOf(world, kind, batch)
    counts.sentCopies += placed.SENT
    counts.drafts += placed.DRAFT
    expect(placed.SENT, `copies in Sent, ${kind}`).toBe(size)
  }
  expect({ lost: counts.lost, twice: counts.twice }, batch.name).toEqual({ lost: 0, twice: 0 })
  expect(counts.drafts, 'drafts that are left').toBeLessThanOrEqual(leftDrafts)
  await expectMarked(world, batch)
  return counts
}

export const none = (): BatchCounts => ({
  ...{ sends: 0, kills: 0, accepted: 0, uncertain: 0 },
  ...{ lost: 0, twice: 0, sentCopies: 0, drafts: 0 },
})

/** How many messages each recipient got. */
async function copiesOf({ internet }: AccountWorld, batch: Batch): Promise<Map<string, number>> {
  const copies = new Map<string, number>()
  for (const domain of domainsOf(batch)) {
    let after: string | undefined
    for (;;) {
      const page = await internet.received({
        ...{ to: `@${domain}`, order: 'asc' as const, limit: 1_000 },
        ...(after === undefined ? {} : { after }),
      })
      for (const { recipients } of page.messages)
        for (const { address } of recipients) copies.set(address, (copies.get(address) ?? 0) + 1)
      after = page.messages.at(-1)?.id
      if (page.messages.length < 1_000) break
    }
  }
  return copies
}

async function placesOf(
  { internet }: AccountWorld,
  kind: AccountKind,
  batch: Batch,
): Promise<{ SENT: number; DRAFT: number }> {
  const accounts = await internet.accounts()
  const mails = accounts.filter(one => one.vendor === vendorOf[kind]).flatMap(one => one.mails)
  const ours = mails.filter(mail => toOf(mail).includes(`@${batch.domains[kind]}`))
  const at = (place: string) => ours.filter(mail => mail.place === place).length
  return { SENT: at('SENT'), DRAFT: at('DRAFT') }
}

const toOf = ({ headers }: ShownAccount['mails'][number]): string =>
  headers.find(({ name }) => name.toLowerCase() === 'to')?.value ?? ''

/** Every email of the batch as the API tells it, a few at a time as a program would ask. */
export async function readAll({ api }: AccountWorld, { emails }: Batch): Promise<Email[]> {
  const ids = [...emails.values()]
  const found: Email[] = []
  for (let at = 0; at < ids.length; at += atOnce)
    found.push(...(await Promise.all(ids.slice(at, at + atOnce).map(id => api.email(id)))))
  return found
}

/** As the API tells it: what is accepted or uncertain was marked before its last bytes left, in its last try. */
async function expectMarked(world: AccountWorld, batch: Batch): Promise<void> {
  for (const { deliveries } of await readAll(world, batch))
    for (const { address, attempts, state } of deliveries)
      expect(attempts.at(-1)?.markedAt, `${address} is ${state}`).not.toBeNull()
}
