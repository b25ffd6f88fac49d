import type { Reason, ReasonCode } from '@fairlead/bounce'
import { Problem, type ProblemCode } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import type { Attachment } from '../mail/mime-part.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import {
  type EmailId,
  type IdentityId,
  type LinkId,
  type MemberId,
  newId,
  type RecipientId,
  type WorkspaceId,
} from '../platform/ids.ts'
import type { Recipient, RecipientKind } from './check-recipients.ts'
import { chooseSender, type Sender } from './choose-sender.ts'
import { type ReleaseParts, releaseEmail } from './release-email.ts'

interface DueEmail {
  readonly workspaceId: WorkspaceId
  readonly id: EmailId
  readonly memberId: MemberId
  readonly identityId: IdentityId | null
  readonly linkId: LinkId | null
  readonly subject: string
  readonly html: string | null
  readonly text: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly priority: number
  readonly fromName: string | null
  readonly fromAddress: string | null
}

/**
 * Releases one scheduled email whose time has come; answers whether there was one. The row is locked and moved on by the
 * same transaction, so that edit, cancel and release cannot both win, and workers do not wait for each other. What no
 * longer holds (identity, channel, size) holds the email with its reason instead of losing it.
 */
export async function releaseDueEmail(db: Db, parts: ReleaseParts): Promise<boolean> {
  return await asEngine(db, async tx => {
    const due = await lockDueEmail(tx)
    if (due === null) return false
    await sql`savepoint released`.execute(tx)
    try {
      await releaseOne(tx, due, parts)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      await sql`rollback to savepoint released`.execute(tx)
      await hold(tx, due, reasonOf(error))
    }
    return true
  })
}

async function lockDueEmail(tx: QueryExecutorProvider): Promise<DueEmail | null> {
  const found = await sql<DueEmail>`
    select workspace_id as "workspaceId", id, member_id as "memberId", identity_id as "identityId", link_id as "linkId", subject, html,
           body_text as "text", in_reply_to as "inReplyTo", references_chain as "references", priority,
           from_name as "fromName", from_address as "fromAddress"
    from fairlead.email where state = 'scheduled' and due_at <= fairlead.now()
    order by due_at, id limit 1 for update skip locked`.execute(tx)
  return found.rows[0] ?? null
}

async function releaseOne(tx: Tx, due: DueEmail, parts: ReleaseParts): Promise<void> {
  const sender = asFrozen(
    due,
    await chooseSender(tx, {
      workspaceId: due.workspaceId,
      memberId: due.memberId,
      ...(due.identityId === null ? {} : { identityId: due.identityId, mayBeDeleted: true as const }),
      ...(due.linkId === null ? {} : { linkId: due.linkId }),
    }),
  )
  const recipients = await readRecipients(tx, due)
  const attachments = await readAttachments(tx, due)
  await releaseEmail(tx, { ...due, recipients, attachments, sender, source: 'schedule' }, parts)
  await sql`update fairlead.email set state = 'released', authored = null, released_at = fairlead.now(), updated_at = fairlead.now()
            where workspace_id = ${due.workspaceId} and id = ${due.id}`.execute(tx)
}

/** The sender that the schedule froze. An identity that has another address since must be verified for the frozen one. */
function asFrozen(due: DueEmail, sender: Sender): Sender {
  if (due.fromAddress === null) return sender
  if (due.fromAddress.toLowerCase() !== sender.address.toLowerCase()) {
    throw new Problem('identity.unverified', { address: due.fromAddress })
  }
  return { ...sender, name: due.fromName ?? sender.name }
}

async function readRecipients(tx: QueryExecutorProvider, due: DueEmail): Promise<Recipient[]> {
  const found = await sql<{
    id: RecipientId
    kind: RecipientKind
    name: string
    address: Address
    addressKey: string
  }>`
    select id, kind, name, address, address_key as "addressKey" from fairlead.email_recipient
    where workspace_id = ${due.workspaceId} and email_id = ${due.id} order by position`.execute(tx)
  return found.rows
}

async function readAttachments(tx: QueryExecutorProvider, due: DueEmail): Promise<Attachment[]> {
  const found = await sql<Omit<Attachment, 'contentId'> & { contentId: string | null }>`
    select filename, content_type as "contentType", content_id as "contentId", sha256, size from fairlead.attachment
    where workspace_id = ${due.workspaceId} and email_id = ${due.id} order by position`.execute(tx)
  return found.rows.map(({ contentId, ...rest }) => (contentId === null ? rest : { ...rest, contentId }))
}

async function hold(tx: QueryExecutorProvider, due: DueEmail, reason: Reason): Promise<void> {
  await sql`update fairlead.email set state = 'held', held_reason = ${JSON.stringify(reason)}::jsonb, updated_at = fairlead.now()
            where workspace_id = ${due.workspaceId} and id = ${due.id}`.execute(tx)
  await sql`
    insert into fairlead.event (workspace_id, id, email_id, kind, occurred_at, source, data)
    values (${due.workspaceId}, ${newId('event')}, ${due.id}, 'held', fairlead.now(), 'schedule', ${JSON.stringify({ reason })}::jsonb)`.execute(
    tx,
  )
}

const heldCodes: Partial<Record<ProblemCode, ReasonCode>> = {
  'identity.unverified': 'identity.unverified',
  'identity.none': 'identity.unverified',
  'not-found': 'link.gone',
  'link.none': 'link.gone',
  'link.not-usable': 'link.gone',
  'email.too-large': 'size.channel',
}

function reasonOf(problem: Problem): Reason {
  const params = Object.fromEntries(
    Object.entries(problem.params).map(([name, value]) => [name, String(value)]),
  )
  return { code: heldCodes[problem.code] ?? 'local.error', params }
}
