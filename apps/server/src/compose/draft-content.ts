import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { textOf } from '../mail/render-message.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import type { RecipientTexts } from './check-recipients.ts'
import { sanitiseOffThread } from './sanitise-off-thread.ts'

/** What a writer typed; everything in it may be empty, wrong or hostile. */
export interface DraftContent extends RecipientTexts {
  readonly identityId: IdentityId | null
  readonly linkId: LinkId | null
  readonly subject: string
  readonly html: string
  readonly savedFrom: string
}

/** The content as it is kept: html cleaned, text without what PostgreSQL cannot hold. Problem: email.html-too-complex. */
export async function cleanContent(content: DraftContent): Promise<DraftContent> {
  return {
    ...content,
    to: content.to.map(storable),
    cc: content.cc.map(storable),
    bcc: content.bcc.map(storable),
    subject: storable(content.subject),
    savedFrom: storable(content.savedFrom),
    html: await sanitiseOffThread(storable(content.html)),
  }
}

/** PostgreSQL keeps no NUL in text, and UTF-8 no lone surrogates. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/** Both must be the member's to use, if only once; a deleted one is for the check before Send to tell. Problem: not-found. */
export async function requireSenderIds(
  tx: Tx,
  who: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId },
  wanted: Pick<DraftContent, 'identityId' | 'linkId'>,
): Promise<void> {
  if (wanted.identityId === null && wanted.linkId === null) return
  const found = await sql<{ hasIdentity: boolean; hasLink: boolean }>`
    select ${wanted.identityId}::uuid is null or exists (select from fairlead.identity
        where workspace_id = ${who.workspaceId} and id = ${wanted.identityId} and member_id = ${who.memberId}) as "hasIdentity",
      ${wanted.linkId}::uuid is null or exists (select from fairlead.link
        where workspace_id = ${who.workspaceId} and id = ${wanted.linkId}
          and (member_id is null or member_id = ${who.memberId})) as "hasLink"`.execute(tx)
  const row = found.rows[0]
  if (row?.hasIdentity !== true) throw new Problem('not-found', { what: 'identity' })
  if (!row.hasLink) throw new Problem('not-found', { what: 'delivery channel' })
}

/** What a draft is found by: subject, people, the beginning of the text. */
export function searchWords(content: Pick<DraftContent, 'subject' | 'html' | keyof RecipientTexts>): string {
  const { subject, to, cc, bcc, html } = content
  return [subject, ...to, ...cc, ...bcc, textOf(html.slice(0, 60_000)).slice(0, 20_000)].join('\n')
}
