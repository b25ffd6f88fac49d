import { sql } from 'kysely'
import type { DeliveryEvent } from '../../events/lifecycle.ts'
import { type Change, transitionDeliveries } from '../../events/transition-deliveries.ts'
import { makeReturnPath, type ReturnPathKey } from '../../mail/return-path.ts'
import { asEngine } from '../../platform/database/as-role.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { DeliveryId, EmailId, WorkspaceId } from '../../platform/ids.ts'
import type { InboundHosts } from '../destination.ts'
import { type InboundLimits, type InboundListener, startInboundListener } from '../start-inbound-listener.ts'
import { type NoticeReader, startNoticeReader } from '../start-notice-reader.ts'

export const testKey: ReturnPathKey = { id: 7, secret: Buffer.from('a key that only tests know of') }

export const testHosts: InboundHosts = {
  mailDomain: 'mail.example',
  returnPathHost: 'rp.mail.example',
  keys: [testKey],
}

type Evaluate = NonNullable<Parameters<typeof startNoticeReader>[0]['evaluate']>

export interface TestInbound {
  readonly listener: InboundListener
  /** Null where `reads` is false. */
  readonly reader: NoticeReader | null
  /** What was logged as a warning. */
  readonly warnings: object[]
  stop(): Promise<void>
}

/** A listener on a free loopback port, and a reader that it wakes. */
export async function startTestInbound(
  db: Db,
  more: { limits?: Partial<InboundLimits>; reads?: boolean; hosts?: InboundHosts; evaluate?: Evaluate } = {},
): Promise<TestInbound> {
  const hosts = more.hosts ?? testHosts
  const warnings: object[] = []
  const warn = (facts: object) => void warnings.push(facts)
  const log = { info: () => undefined, warn, error: warn }
  const reader =
    more.reads === false
      ? null
      : startNoticeReader({
          ...{ db, log, ...hosts },
          ...(more.evaluate === undefined ? {} : { evaluate: more.evaluate }),
        })
  const listener = await startInboundListener({
    db,
    log,
    ...hosts,
    host: '127.0.0.1',
    port: 0,
    onStored: () => reader?.wake(),
    ...(more.limits ? { limits: more.limits } : {}),
  })
  return {
    listener,
    reader,
    warnings,
    stop: async () => {
      await listener.close()
      await reader?.stop()
    },
  }
}

export function returnPathOf(deliveryId: string, round = 1, key = testKey): string {
  return makeReturnPath({ key, deliveryId: deliveryId as DeliveryId, round, host: testHosts.returnPathHost })
}

export interface SentDelivery {
  readonly workspaceId: WorkspaceId
  readonly id: DeliveryId
  readonly emailId: EmailId
  readonly address: string
  readonly rfcMessageId: string
  readonly messageId: string
}

/** The deliveries of an email, by address. */
export async function sentDeliveries(db: Db, emailId: EmailId): Promise<SentDelivery[]> {
  const found = await asEngine(db, tx =>
    sql<SentDelivery>`
      select d.workspace_id as "workspaceId", d.id, d.email_id as "emailId", d.address, m.rfc_message_id as "rfcMessageId",
             d.message_id as "messageId"
      from fairlead.delivery d join fairlead.message m on m.workspace_id = d.workspace_id and m.id = d.message_id
      where d.email_id = ${emailId} order by d.address`.execute(tx),
  )
  return found.rows
}

/** Leads a delivery through these events of its lifecycle, as the outbox would. */
export async function move(
  db: Db,
  delivery: Pick<SentDelivery, 'workspaceId' | 'id'>,
  ...events: DeliveryEvent[]
): Promise<void> {
  const changes: Change[] = events.map(event => ({
    workspaceId: delivery.workspaceId,
    deliveryId: delivery.id,
    event,
    source: 'test',
  }))
  const answers = await asEngine(db, tx => transitionDeliveries(tx, changes))
  if (answers.some(answer => !answer.moved)) throw new Error(`No way along ${events.join(', ')}`)
}

export const toDelivered = ['claimed', 'marked', 'delivered'] as const satisfies DeliveryEvent[]

export interface SeenNotice {
  readonly id: string
  readonly workspaceId: string
  readonly state: string
  readonly kind: string
  readonly matchedBy: string | null
  readonly size: number
  readonly envelopeTo: string[]
  readonly report: unknown
}

export async function noticesOf(db: Db): Promise<SeenNotice[]> {
  const found = await asEngine(db, tx =>
    sql<SeenNotice>`
      select id, workspace_id as "workspaceId", state, kind, matched_by as "matchedBy", size, envelope_to as "envelopeTo", report
      from fairlead.notice order by received_at, id`.execute(tx),
  )
  return found.rows
}

export async function eventsOf(
  db: Db,
  emailId: EmailId,
): Promise<{ kind: string; data: Record<string, unknown> }[]> {
  const found = await asEngine(db, tx =>
    sql<{ kind: string; data: Record<string, unknown> }>`
      select kind, data from fairlead.event where email_id = ${emailId} order by recorded_at, id`.execute(tx),
  )
  return found.rows
}
