import { type Draft, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { RecipientTexts } from './check-recipients.ts'
import { cleanContent, type DraftContent, requireSenderIds, searchWords } from './draft-content.ts'
import { readRecipientTexts, writeRecipientTexts } from './draft-recipients.ts'
import { type DraftRow, readDraftRow, requireDraft, thaw, type WhichEmail } from './draft-row.ts'
import { htmlOf, showDraft } from './read-draft.ts'

/**
 * Saves a draft as a whole over the version that the writer saw. Somebody else's save in between is never overwritten
 * (draft.changed); the same content again is no change, so that a repeated request is answered like the first.
 * Problems: not-found, draft.not-a-draft, draft.changed, email.html-too-complex.
 */
export async function saveDraft(
  db: Db,
  which: WhichEmail,
  wanted: { readonly version: number; readonly content: DraftContent },
): Promise<Draft> {
  const content = await cleanContent(wanted.content)
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: true })
    requireDraft(row)
    const texts = await readRecipientTexts(tx, which)
    if (isSame(row, texts, content)) return showDraft(tx, which, row)
    requireVersion(row, wanted.version)
    await requireSenderIds(tx, which, content)
    if (row.state === 'cancelled') await thaw(tx, which, row)
    await update(tx, which, { content, version: row.version + 1 })
    if (!areSameTexts(texts, content)) await writeRecipientTexts(tx, which, content)
    return showDraft(tx, which, await readDraftRow(tx, which, { isLocked: false }))
  })
}

/** Problem: draft.changed, with what the other window is called and when it saved. */
export function requireVersion(row: DraftRow, version: number): void {
  if (row.version === version) return
  throw new Problem('draft.changed', {
    version: row.version,
    savedAt: row.savedAt.toISOString(),
    savedFrom: row.savedFrom,
  })
}

function isSame(row: DraftRow, texts: RecipientTexts, content: DraftContent): boolean {
  return (
    row.subject === content.subject &&
    row.identityId === content.identityId &&
    row.linkId === content.linkId &&
    htmlOf(row) === content.html &&
    areSameTexts(texts, content)
  )
}

function areSameTexts(some: RecipientTexts, others: RecipientTexts): boolean {
  return (['to', 'cc', 'bcc'] as const).every(
    kind =>
      some[kind].length === others[kind].length && some[kind].every((text, at) => text === others[kind][at]),
  )
}

async function update(
  tx: Tx,
  which: WhichEmail,
  saved: { content: DraftContent; version: number },
): Promise<void> {
  const { content, version } = saved
  await sql`
    update fairlead.email set subject = ${content.subject}, html = ${content.html}, body_text = null,
      identity_id = ${content.identityId}, link_id = ${content.linkId}, saved_from = ${content.savedFrom},
      version = ${version}, updated_at = fairlead.now(),
      search = fairlead.search_vector(${which.memberId}, ${searchWords(content)})
    where workspace_id = ${which.workspaceId} and id = ${which.emailId}`.execute(tx)
}
