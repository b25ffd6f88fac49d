import { createHash } from 'node:crypto'
import { type QueryExecutorProvider, sql } from 'kysely'
import { writeBlob } from '../blobs/write-blob.ts'
import { noteArrival, workspacesOfRoundTrips } from '../links/round-trips.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import { type DeliveryId, newId, type WorkspaceId } from '../platform/ids.ts'
import type { Destination } from './destination.ts'
import type { ReceivedMessage } from './receive-message.ts'
import { workspacesOfTokens } from './report-tokens.ts'

/** What belongs to no workspace yet. */
export const platformWorkspace = '00000000-0000-0000-0000-000000000000' as WorkspaceId

export interface ArrivedMail {
  readonly message: ReceivedMessage
  /** Empty for the null sender of notices (RFC 5321 §4.5.5). */
  readonly envelopeFrom: string
  readonly destinations: readonly Destination[]
  /** Of who brought it. */
  readonly clientAddress: string
  /** What it said in EHLO. */
  readonly helo: string
}

/**
 * Commits the bytes and one notice for each envelope recipient; once it returns, the sender may forget the mail. A
 * mail that arrives again, because our 250 was lost, changes nothing.
 */
export async function storeNotices(db: Db, mail: ArrivedMail): Promise<void> {
  await asEngine(db, async tx => {
    const workspaces = await workspacesOf(tx, mail.destinations)
    // In one order, or two copies of a mail that name their recipients in another lock each other out.
    for (const workspaceId of [...new Set(workspaces)].sort())
      await writeBlob(tx, { workspaceId, content: mail.message.content() })
    await insertNotices(tx, mail, workspaces)
    const trips = mail.destinations.flatMap(one => (one.kind === 'round-trip' ? [one.roundTripId] : []))
    await noteArrival(tx, trips, { ...mail, sha256: mail.message.sha256 })
    await failpoint('inbound-before-commit')
  })
  await failpoint('inbound-after-commit')
}

/** In the order of the destinations. A delivery that is gone leaves its notice to the platform. */
async function workspacesOf(
  tx: QueryExecutorProvider,
  destinations: readonly Destination[],
): Promise<WorkspaceId[]> {
  const ids = destinations.flatMap(one => (one.kind === 'return-path' ? [one.deliveryId] : []))
  const found =
    ids.length === 0
      ? []
      : (
          await sql<{ id: DeliveryId; workspaceId: WorkspaceId }>`
            select id, workspace_id as "workspaceId" from fairlead.delivery where id = any(${ids}::uuid[])`.execute(
            tx,
          )
        ).rows
  const byId = new Map(found.map(row => [row.id, row.workspaceId]))
  const byToken = await workspacesOfTokens(
    tx,
    destinations.flatMap(one => (one.kind === 'dmarc-report' ? [one.token] : [])),
  )
  const byTrip = await workspacesOfRoundTrips(
    tx,
    destinations.flatMap(one => (one.kind === 'round-trip' ? [one.roundTripId] : [])),
  )
  const ownerOf = (one: Destination): WorkspaceId | undefined => {
    if (one.kind === 'return-path') return byId.get(one.deliveryId)
    if (one.kind === 'dmarc-report') return byToken.get(one.token)
    return one.kind === 'round-trip' ? byTrip.get(one.roundTripId) : undefined
  }
  return destinations.map(one => ownerOf(one) ?? platformWorkspace)
}

/** Reports and round trips have readers of their own. */
const sources: Readonly<Record<Destination['kind'], string>> = {
  ...{ 'return-path': 'smtp', role: 'smtp', 'dmarc-report': 'dmarc', 'round-trip': 'round-trip' },
}

async function insertNotices(
  tx: QueryExecutorProvider,
  mail: ArrivedMail,
  workspaces: readonly WorkspaceId[],
): Promise<void> {
  const addresses = mail.destinations.map(one => one.address)
  await sql`
    insert into fairlead.notice (workspace_id, id, source, dedupe_key, envelope_from, envelope_to, sha256, size, state, read_at)
    select k.workspace_id, k.id, k.source, k.dedupe_key, ${mail.envelopeFrom}, array[k.address], ${mail.message.sha256}, ${mail.message.size},
      case k.source when 'round-trip' then 'applied' else 'new' end, case k.source when 'round-trip' then fairlead.now() end
    from unnest(${workspaces}::uuid[], ${addresses.map(() => newId('notice'))}::uuid[],
      ${addresses.map(address => dedupeKey(mail.message.sha256, address))}::text[], ${addresses}::text[],
      ${mail.destinations.map(one => sources[one.kind])}::text[])
      as k (workspace_id, id, dedupe_key, address, source)
    order by k.dedupe_key
    on conflict (workspace_id, source, dedupe_key) do nothing`.execute(tx)
}

/** The same bytes to the same recipient are the same notice. */
function dedupeKey(sha256: string, address: string): string {
  return createHash('sha256').update(`${sha256}\n${address}`).digest('hex')
}
