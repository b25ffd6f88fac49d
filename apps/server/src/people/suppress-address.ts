import type { Reason } from '@fairlead/bounce'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { DeliveryId, MemberId, NoticeId, WorkspaceId } from '../platform/ids.ts'

/** An address that may not be written to any more, and why (spec 9: suppression carries its proof). */
export interface Suppression {
  readonly workspaceId: WorkspaceId
  readonly address: string
  readonly reason: Reason
  /** What says so, the notice or a refused delivery, in its own words. */
  readonly proof: ({ readonly noticeId: NoticeId } | { readonly deliveryId: DeliveryId }) & {
    readonly verbatim: string
  }
  readonly author: 'feedback' | 'bounce' | `member:${MemberId}`
  /** Null: for good. */
  readonly expiresInDays: number | null
}

/**
 * Suppresses an address in one workspace. One that is suppressed already keeps the stronger of both: for good beats
 * an expiry, a later expiry beats an earlier one; the proof stays with what it proves.
 */
export async function suppressAddress(tx: QueryExecutorProvider, wanted: Suppression): Promise<void> {
  await sql`
    insert into fairlead.suppression as s (workspace_id, address_key, reason, proof, author, expires_at)
    values (${wanted.workspaceId}, ${wanted.address.toLowerCase()}, ${JSON.stringify(wanted.reason)}::jsonb,
            ${JSON.stringify(wanted.proof)}::jsonb, ${wanted.author},
            fairlead.now() + ${wanted.expiresInDays}::int * interval '1 day')
    on conflict (workspace_id, address_key) do update set
      reason = excluded.reason, proof = excluded.proof, author = excluded.author,
      created_at = excluded.created_at, expires_at = excluded.expires_at
    where coalesce(excluded.expires_at, 'infinity') > coalesce(s.expires_at, 'infinity')`.execute(tx)
}
