import { type QueryExecutorProvider, sql } from 'kysely'
import { transitionDeliveries } from '../events/transition-deliveries.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import {
  type DeliveryId,
  type EmailId,
  type IdentityId,
  type LinkId,
  type MemberId,
  newId,
  type RecipientId,
  type WorkspaceId,
} from '../platform/ids.ts'
import { readDraftRow, thaw, type WhichEmail } from './draft-row.ts'
import { placeSignature, placeTextSignature } from './place-signature.ts'

interface WhichMail {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  /** Null: everybody's. */
  readonly whose: MemberId | null
  /** Who says so: member:<id>. */
  readonly source: string
}

type Waiting = WhichEmail & { readonly isReleased: boolean }

/**
 * Makes what waits for a link drafts again: a scheduled email becomes the draft that it was; of a released one, the
 * recipients whose mail has not left get a draft of their own, which nobody has to write anew. Each email is one
 * transaction, so that none is lost half way. Answers how many emails are drafts now.
 */
export async function takeBackWaitingMail(db: Db, which: WhichMail): Promise<number> {
  const emails = await asWeb(db, which.workspaceId, tx => findWaiting(tx, which))
  let drafts = 0
  for (const email of emails) {
    const isBack = await asWeb(db, which.workspaceId, tx =>
      email.isReleased ? redraft(tx, which, email) : thawWaiting(tx, which, email),
    )
    if (isBack) drafts += 1
  }
  return drafts
}

async function findWaiting(tx: QueryExecutorProvider, which: WhichMail): Promise<readonly Waiting[]> {
  const whose = sql`(${which.whose}::uuid is null or member_id = ${which.whose}::uuid)`
  const found = await sql<Waiting>`
    select workspace_id as "workspaceId", member_id as "memberId", id as "emailId", false as "isReleased"
    from fairlead.email
    where workspace_id = ${which.workspaceId} and link_id = ${which.linkId} and state in ('scheduled', 'held')
      and hidden_at is null and ${whose}
    union
    select workspace_id, member_id, email_id, true from fairlead.delivery
    where workspace_id = ${which.workspaceId} and link_id = ${which.linkId} and due_at is not null and ${whose}
    order by "emailId"`.execute(tx)
  return found.rows
}

/** False: it left, or was taken back, meanwhile. */
async function thawWaiting(tx: Tx, which: WhichMail, email: WhichEmail): Promise<boolean> {
  const row = await readDraftRow(tx, email, { isLocked: true })
  if (row.state !== 'scheduled' && row.state !== 'held') return false
  await thaw(tx, email, row.linkId === which.linkId ? { ...row, linkId: null } : row)
  return true
}

async function redraft(tx: Tx, which: WhichMail, email: WhichEmail): Promise<boolean> {
  const recipients = await cancelWaiting(tx, which, email)
  if (recipients.length === 0) return false
  const id = newId('email')
  const written = await readWritten(tx, email)
  await sql`
    insert into fairlead.email (workspace_id, id, thread_id, member_id, identity_id, state, subject, html, body_text,
      in_reply_to, references_chain, search)
    select workspace_id, ${id}, thread_id, member_id, ${written.identityId}, 'draft', subject, ${written.html},
      ${written.text}, in_reply_to, references_chain, search
    from fairlead.email where workspace_id = ${email.workspaceId} and id = ${email.emailId}`.execute(tx)
  await copyParts(tx, email, { id, recipients })
  return true
}

interface Written {
  readonly identityId: IdentityId | null
  readonly html: string | null
  readonly text: string | null
}

/** The signature was placed at the release, and will be again: it goes back to being a placeholder. */
async function readWritten(tx: Tx, email: WhichEmail): Promise<Written> {
  const found = await sql<Written & { signatureHtml: string | null }>`
    select i.id as "identityId", i.signature_html as "signatureHtml", e.html, e.body_text as text
    from fairlead.email e
    left join fairlead.identity i on i.workspace_id = e.workspace_id and i.id = e.identity_id and i.deleted_at is null
    where e.workspace_id = ${email.workspaceId} and e.id = ${email.emailId}`.execute(tx)
  const { identityId = null, html = null, text = null, signatureHtml } = found.rows[0] ?? {}
  if (!signatureHtml) return { identityId, html, text }
  return {
    identityId,
    html: html?.replace(placeSignature('', signatureHtml), () => '{{my_signature}}') ?? null,
    text: text?.replace(placeTextSignature('', signatureHtml), '') ?? null,
  }
}

/** Claimed ones too: exactly one of this and the hand-over mark wins. */
async function cancelWaiting(
  tx: QueryExecutorProvider,
  which: WhichMail,
  email: WhichEmail,
): Promise<RecipientId[]> {
  const found = await sql<{ id: DeliveryId; recipientId: RecipientId }>`
    select id, recipient_id as "recipientId" from fairlead.delivery
    where workspace_id = ${email.workspaceId} and email_id = ${email.emailId} and link_id = ${which.linkId}
      and state in ('queued', 'claimed') order by id`.execute(tx)
  const answers = await transitionDeliveries(
    tx,
    found.rows.map(({ id }) => ({
      ...{ workspaceId: email.workspaceId, deliveryId: id, event: 'cancelled' as const },
      ...{ reason: { code: 'local.cancelled' as const }, source: which.source },
    })),
  )
  return found.rows.filter((_, at) => answers[at]?.moved === true).map(row => row.recipientId)
}

async function copyParts(
  tx: QueryExecutorProvider,
  from: { readonly workspaceId: WorkspaceId; readonly emailId: EmailId },
  draft: { readonly id: EmailId; readonly recipients: readonly RecipientId[] },
): Promise<void> {
  await sql`
    insert into fairlead.email_recipient (workspace_id, id, email_id, kind, position, name, address, address_key, person_id, typed)
    select r.workspace_id, k.id, ${draft.id}, r.kind, r.position, r.name, r.address, r.address_key, r.person_id, r.typed
    from unnest(${[...draft.recipients]}::uuid[], ${draft.recipients.map(() => newId('recipient'))}::uuid[]) as k (old, id)
    join fairlead.email_recipient r on r.workspace_id = ${from.workspaceId} and r.id = k.old`.execute(tx)
  const files = await sql<{ id: string }>`
    select id from fairlead.attachment
    where workspace_id = ${from.workspaceId} and email_id = ${from.emailId} and not is_of_signature`.execute(
    tx,
  )
  await sql`
    insert into fairlead.attachment (workspace_id, id, email_id, position, filename, content_type, content_id, sha256, size)
    select a.workspace_id, k.id, ${draft.id}, a.position, a.filename, a.content_type, a.content_id, a.sha256, a.size
    from unnest(${files.rows.map(row => row.id)}::uuid[], ${files.rows.map(() => newId('attachment'))}::uuid[]) as k (old, id)
    join fairlead.attachment a on a.workspace_id = ${from.workspaceId} and a.id = k.old`.execute(tx)
}
