import type { LinkNewsKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type LinkId, type MemberId, newId, type WorkspaceId } from '../platform/ids.ts'

/** Something that happened to a link. */
export interface LinkEvent {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly kind: LinkNewsKind
  /** Who did it; absent: Fairlead itself. */
  readonly memberId?: MemberId
  /** Nothing secret. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Appends a fact to the link's history; those who watch hear of it when the transaction ends. */
export async function recordLinkEvent(tx: QueryExecutorProvider, event: LinkEvent): Promise<void> {
  await sql`
    insert into fairlead.link_event (workspace_id, id, link_id, kind, member_id, data)
    values (${event.workspaceId}, ${newId('linkEvent')}, ${event.linkId}, ${event.kind}, ${event.memberId ?? null},
      ${JSON.stringify(event.data ?? {})}::jsonb)`.execute(tx)
}
