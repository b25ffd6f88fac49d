import { fill } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import { type AcceptParts, acceptEmail } from './accept-email.ts'
import { type SystemMailKind, systemMailTexts } from './system-mail-texts.ts'

/** A mail of Fairlead itself: an invitation, a verification, a new password, news of a delivery channel. */
export interface SystemEmail {
  readonly kind: SystemMailKind
  readonly to: Address
  readonly params: Readonly<Record<string, string>>
  /** Where the button leads. */
  readonly url: string
  /** Absent: it leads to a page that stays. */
  readonly expiresAt?: Date
  /** The same mail is asked for with the same word, and leaves once. */
  readonly once?: string
}

// The platform's workspace was made by the first migration. It has one member, who is nobody and signs in nowhere, so
// that these mails travel, are retried and explained like all others, and stand in nobody's Conversations.
const platform = {
  workspaceId: '00000000-0000-0000-0000-000000000000' as WorkspaceId,
  memberId: '00000000-0000-0000-0000-000000000001' as MemberId,
  linkId: '00000000-0000-0000-0000-000000000002' as LinkId,
  identityId: '00000000-0000-0000-0000-000000000003' as IdentityId,
}

/** Takes responsibility for the mail, as for a person's; it leaves through the managed servers. */
export async function sendSystemEmail(email: SystemEmail, parts: AcceptParts): Promise<void> {
  await ensureSender(parts.db, `no-reply@${parts.mailDomain}`)
  const { subject, text, html } = wordsOf(email)
  await acceptEmail(
    {
      ...{ workspaceId: platform.workspaceId, memberId: platform.memberId, identityId: platform.identityId },
      ...{ to: [email.to], cc: [], bcc: [], subject, text, html, attachments: [], source: 'system' },
      ...(email.once === undefined ? {} : { idempotency: onceOnly(email.once) }),
    },
    parts,
  )
}

/** What the mail says may differ by then: it is the first that counts. */
const onceOnly = (key: string) => ({ apiKeyId: 'system', route: 'system', key, bodyHash: key })

function wordsOf(email: SystemEmail): { subject: string; text: string; html: string } {
  const { subject, lines, button, end } = systemMailTexts[email.kind]
  const until = `${email.expiresAt?.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const say = (sentence: string) => fill(sentence, { ...email.params, until })
  const paragraph = (inner: string) => `<p style="margin:0 0 16px">${inner}</p>`
  const anchor = `<a href="${escapeHtml(email.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5f4a;color:#ffffff;text-decoration:none">${button}</a>`
  return {
    subject: say(subject).slice(0, 300),
    text: [...lines.map(say), `${button}:\n${email.url}`, say(end)].join('\n\n'),
    html: [
      ...lines.map(line => paragraph(escapeHtml(say(line)))),
      paragraph(anchor),
      paragraph(`<small>${escapeHtml(email.url)}</small>`),
      paragraph(escapeHtml(say(end))),
    ].join(''),
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
}

/** Member, link and identity of the platform; its address follows the mail domain. Any number of times, at once too. */
async function ensureSender(db: Db, address: string): Promise<void> {
  const { workspaceId, memberId, linkId, identityId } = platform
  await asEngine(db, async tx => {
    const known = await sql`
      select from fairlead.identity
      where workspace_id = ${workspaceId} and id = ${identityId} and address = ${address}`.execute(tx)
    if (known.rows.length > 0) return
    await sql`
      insert into fairlead.member (workspace_id, id, user_id, name, address, role)
      values (${workspaceId}, ${memberId}, 'platform', 'Fairlead', ${address}, 'rep') on conflict do nothing`.execute(
      tx,
    )
    await sql`
      insert into fairlead.link (workspace_id, id, kind, name)
      values (${workspaceId}, ${linkId}, 'managed', 'Managed servers') on conflict do nothing`.execute(tx)
    await sql`
      insert into fairlead.identity (workspace_id, id, member_id, name, address, address_key, is_default, link_id,
        verified_at, verified_by)
      values (${workspaceId}, ${identityId}, ${memberId}, 'Fairlead', ${address}, ${address.toLowerCase()}, true, ${linkId},
        fairlead.now(), 'vouched')
      on conflict (workspace_id, id) do update set address = excluded.address, address_key = excluded.address_key`.execute(
      tx,
    )
  })
}
