import type { EmailState } from '@fairlead/contract'
import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { EmailId, IdentityId, LinkId, MemberId, ThreadId, WorkspaceId } from '../platform/ids.ts'
import { removeSignaturePictures } from './signature-pictures.ts'

/** Whose email; another member's is as unknown as another workspace's. */
export interface WhichEmail {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly emailId: EmailId
}

/** An email that may be a draft, as it was written: a cancelled or scheduled one without what its schedule froze. */
export interface DraftRow {
  readonly threadId: ThreadId
  readonly state: EmailState
  readonly version: number
  readonly identityId: IdentityId | null
  readonly linkId: LinkId | null
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
  readonly inReplyTo: string | null
  readonly dueAt: Date | null
  readonly dueWall: string | null
  readonly dueZone: string | null
  readonly savedFrom: string
  readonly createdAt: Date
  readonly savedAt: Date
}

/** Reads an email of the member, locked for a change where asked. Problem: not-found. */
export async function readDraftRow(
  tx: Tx,
  which: WhichEmail,
  how: { readonly isLocked: boolean },
): Promise<DraftRow> {
  const found = await sql<DraftRow>`
    select thread_id as "threadId", state, version, subject, in_reply_to as "inReplyTo", due_at as "dueAt",
      due_wall as "dueWall", due_zone as "dueZone", saved_from as "savedFrom", created_at as "createdAt",
      updated_at as "savedAt",
      case when authored is null then identity_id else (authored ->> 'identityId')::uuid end as "identityId",
      case when authored is null then link_id else (authored ->> 'linkId')::uuid end as "linkId",
      case when authored is null then html else authored ->> 'html' end as html,
      case when authored is null then body_text else authored ->> 'text' end as text
    from fairlead.email
    where workspace_id = ${which.workspaceId} and id = ${which.emailId} and member_id = ${which.memberId}
      and hidden_at is null
    ${how.isLocked ? sql`for update` : sql``}`.execute(tx)
  const row = found.rows[0]
  if (row === undefined) throw new Problem('not-found', { what: 'email' })
  return row
}

/** A cancelled email stands in Drafts too (spec 8.1). Problem: draft.not-a-draft. */
export function requireDraft(row: DraftRow): void {
  if (row.state !== 'draft' && row.state !== 'cancelled') {
    throw new Problem('draft.not-a-draft', { state: row.state })
  }
}

/** Makes a scheduled, held or cancelled email what it was before it was frozen. The caller holds its row. */
export async function thaw(tx: Tx, which: WhichEmail, row: DraftRow): Promise<void> {
  await sql`
    update fairlead.email set state = 'draft', version = version + 1, updated_at = fairlead.now(), authored = null,
      html = ${row.html}, body_text = ${row.text}, identity_id = ${row.identityId}, link_id = ${row.linkId},
      from_name = null, from_address = null, due_at = null, due_wall = null, due_zone = null, held_reason = null
    where workspace_id = ${which.workspaceId} and id = ${which.emailId}`.execute(tx)
  await removeSignaturePictures(tx, which)
}
