import { sql } from 'kysely'
import { expect } from 'vitest'
import { asEngine } from '../../platform/database/as-role.ts'
import type { EmailId } from '../../platform/ids.ts'
import { type SeededWorkspace, seedWorkspace } from '../../testing/seed-workspace.ts'
import { acceptTestEmail, deliveriesOf, type SeenDelivery } from '../../testing/start-test-outbox.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { sendMail } from './smtp-client.ts'
import {
  eventsOf,
  move,
  returnPathOf,
  type SentDelivery,
  sentDeliveries,
  startTestInbound,
  type TestInbound,
  toDelivered,
} from './start-test-inbound.ts'
import { type NoticeToWrite, writeDsn } from './write-notice.ts'

export interface SentEmail {
  readonly email: EmailId
  readonly deliveries: SentDelivery[]
  readonly first: SentDelivery
}

export interface SuppressionRow {
  readonly reason: object
  readonly proof: object
  readonly author: string
  readonly days: number | null
}

/** A database with one workspace, and the inbound role around it; tests send emails, let notices come, and look. */
export class InboundWorld {
  readonly database: TestDatabase
  readonly seeded: SeededWorkspace
  inbound: TestInbound
  #count = 0

  constructor(parts: { database: TestDatabase; seeded: SeededWorkspace; inbound: TestInbound }) {
    this.database = parts.database
    this.seeded = parts.seeded
    this.inbound = parts.inbound
  }

  async close(): Promise<void> {
    await this.inbound.stop()
    await this.database.close()
  }

  /** Stops the role and starts it anew, around the same database. */
  async restart(more: { db?: TestDatabase['db']; reads?: boolean } = {}): Promise<void> {
    const { db = this.database.db, ...rest } = more
    await this.inbound.stop()
    this.inbound = await startTestInbound(db, rest)
  }

  /** An email to new people whose deliveries have come as far as `events` lead. */
  async sent(
    names: readonly string[],
    events: Parameters<typeof move>[2][] = [...toDelivered],
  ): Promise<SentEmail> {
    this.#count += 1
    return await this.sentTo(
      names.map(name => `${name}${this.#count}@customer.example`),
      events,
    )
  }

  async sentTo(
    addresses: readonly string[],
    events: Parameters<typeof move>[2][] = [...toDelivered],
  ): Promise<SentEmail> {
    const email = await acceptTestEmail(this.database.db, this.seeded, addresses)
    const deliveries = await sentDeliveries(this.database.db, email)
    for (const delivery of deliveries) await move(this.database.db, delivery, ...events)
    const [first] = deliveries
    if (first === undefined) throw new Error('no delivery')
    return { email, deliveries, first }
  }

  async receive(to: string, raw: string, from = ''): Promise<void> {
    expect(await sendMail(this.inbound.listener.port, { to: [to], raw, from })).toMatch(/^250/)
  }

  /** The DSN of one recipient, to its return path; gives it as sent. */
  async bounce(
    delivery: SentDelivery,
    more: Partial<NoticeToWrite['recipients'][0]> & { round?: number } = {},
  ): Promise<string> {
    const { round = 1, ...recipient } = more
    const to = returnPathOf(delivery.id, round)
    this.#count += 1
    const recipients = [{ final: delivery.address, ...recipient }]
    const raw = writeDsn({ to, queueId: `Q${this.#count}`, recipients })
    await this.receive(to, raw)
    return raw
  }

  deliveries(email: EmailId): Promise<SeenDelivery[]> {
    return deliveriesOf(this.database.db, email)
  }

  async kinds(email: EmailId): Promise<string[]> {
    return (await eventsOf(this.database.db, email)).map(event => event.kind)
  }

  async lastEvent(email: EmailId): Promise<object | undefined> {
    return (await eventsOf(this.database.db, email)).at(-1)
  }

  async notices(email: EmailId): Promise<{ state: string; kind: string; matchedBy: string }[]> {
    const found = await asEngine(this.database.db, tx =>
      sql<{ state: string; kind: string; matchedBy: string }>`
        select state, kind, matched_by as "matchedBy" from fairlead.notice
        where email_id = ${email} order by received_at`.execute(tx),
    )
    return found.rows
  }

  async suppressions(address: string): Promise<SuppressionRow[]> {
    const found = await asEngine(this.database.db, tx =>
      sql<SuppressionRow>`
        select reason, proof, author, round(extract(epoch from expires_at - created_at) / 86400)::int as days
        from fairlead.suppression where address_key = ${address}`.execute(tx),
    )
    return found.rows
  }
}

export async function openInboundWorld(): Promise<InboundWorld> {
  const database = await createTestDatabase()
  const seeded = await seedWorkspace(database.db)
  return new InboundWorld({ database, seeded, inbound: await startTestInbound(database.db) })
}
