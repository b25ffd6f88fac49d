import { type QueryExecutorProvider, sql } from 'kysely'
import { writeBlob } from '../blobs/write-blob.ts'
import type { Observation } from '../channels/channel.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { newId, type WorkspaceId } from '../platform/ids.ts'
import type { JudgedHead } from './judge-head.ts'
import type { HeldWatch } from './watch-rows.ts'

/** A mail that is ours, its bytes kept already. */
export interface KeptNotice {
  readonly sha256: string
  readonly size: number
  readonly mail: Observation
  readonly head: JudgedHead
}

/** Keeps the bytes; those that no notice comes to name are removed as unused after a week. */
export function keepBytes(
  db: Db,
  workspaceId: WorkspaceId,
  bytes: Uint8Array,
): Promise<{ sha256: string; size: number }> {
  return asEngine(db, async tx => {
    const { sha256 } = await writeBlob(tx, { workspaceId, content: [bytes] })
    return { sha256, size: bytes.length }
  })
}

/** One notice for each mail, however often the mailbox shows it. Answers how many are new. */
export async function storeMailboxNotices(
  tx: QueryExecutorProvider,
  held: HeldWatch,
  kept: readonly KeptNotice[],
): Promise<number> {
  if (kept.length === 0) return 0
  const stored = await sql`
    insert into fairlead.notice (workspace_id, id, source, dedupe_key, envelope_from, sha256, size, link_id, provider_thread, received_at)
    select ${held.workspaceId}, k.id, ${`link:${held.linkId}`}, k.dedupe_key, k.envelope_from, k.sha256, k.size, ${held.linkId},
      k.thread, least(k.received_at, fairlead.now())
    from unnest(${kept.map(() => newId('notice'))}::uuid[], ${kept.map(({ mail }) => mail.dedupeKey)}::text[],
      ${kept.map(({ head }) => head.envelopeFrom)}::text[], ${kept.map(one => one.sha256)}::text[],
      ${kept.map(one => one.size)}::bigint[], ${kept.map(({ mail }) => mail.threadId ?? null)}::text[],
      ${kept.map(({ mail }) => mail.receivedAt.toISOString())}::timestamptz[])
      as k (id, dedupe_key, envelope_from, sha256, size, thread, received_at)
    order by k.dedupe_key
    on conflict (workspace_id, source, dedupe_key) do nothing returning id`.execute(tx)
  return stored.rows.length
}
