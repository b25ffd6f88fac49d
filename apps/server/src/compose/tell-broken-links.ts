import { createHash } from 'node:crypto'
import type { Reason } from '@fairlead/bounce'
import { reasonSentence } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'
import type { AcceptParts } from './accept-email.ts'
import { sendSystemEmail } from './send-system-email.ts'

interface BrokenLink {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly name: string
  readonly workspaceName: string
  readonly since: Date
  readonly reason: Reason | null
  readonly waiting: number
  /** Owner, or for the team's the admins. */
  readonly addresses: readonly Address[]
}

const mostAtOnce = 100

/**
 * Mails those who can mend a link that needs attention, once for each break and not for each email that waits; the mail
 * leaves through the managed servers. Killed half way, it tells the rest and nobody twice. Answers how many links.
 */
export async function tellBrokenLinks(parts: AcceptParts, publicUrl: string): Promise<number> {
  const broken = await asEngine(parts.db, findUntold)
  for (const link of broken) {
    for (const to of link.addresses) await tell(parts, { link, to, url: `${publicUrl}/channels` })
    await asEngine(parts.db, tx =>
      sql`
        update fairlead.link set told_of = state_at
        where workspace_id = ${link.workspaceId} and id = ${link.linkId}
          and date_trunc('milliseconds', state_at) = ${link.since.toISOString()}::timestamptz`.execute(tx),
    )
  }
  return broken.length
}

/** Index: link_untold. */
async function findUntold(tx: Tx): Promise<readonly BrokenLink[]> {
  const found = await sql<BrokenLink>`
    select l.workspace_id as "workspaceId", l.id as "linkId", l.name, w.name as "workspaceName", l.state_at as since,
      l.state_reason as reason,
      (select count(*)::int from (select from fairlead.delivery d
        where d.link_id = l.id and d.due_at is not null limit 10000) c) as waiting,
      array(select m.address from fairlead.member m
        where m.workspace_id = l.workspace_id and m.removed_at is null
          and (m.id = l.member_id or l.member_id is null and m.role = 'admin')
        order by m.id) as addresses
    from fairlead.link l join fairlead.workspace w on w.id = l.workspace_id
    where l.state = 'needs-attention' and l.told_of is distinct from l.state_at
    order by l.state_at limit ${mostAtOnce}`.execute(tx)
  return found.rows
}

function tell(
  parts: AcceptParts,
  { link, to, url }: { link: BrokenLink; to: Address; url: string },
): Promise<void> {
  const why = link.reason === null ? '' : reasonSentence(link.reason.code, { ...link.reason.params })
  const key = createHash('sha256').update(`${link.linkId} ${link.since.toISOString()} ${to}`).digest('hex')
  return sendSystemEmail(
    {
      kind: 'link-broken',
      to,
      params: { name: link.name, workspace: link.workspaceName, why, waiting: String(link.waiting) },
      ...{ url, once: key },
    },
    parts,
  )
}
