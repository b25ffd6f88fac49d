import { sql } from 'kysely'
import { requireAddress } from '../mail/require-address.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import type { AcceptParts } from './accept-email.ts'
import { sendSystemEmail } from './send-system-email.ts'
import { domainChangeWords, type SystemMailKind } from './system-mail-texts.ts'

interface Untold {
  readonly workspaceId: WorkspaceId
  readonly id: string
  readonly domainId: string
  readonly kind: string
  readonly until: string | null
  readonly occurredAt: Date
  readonly domain: string
  readonly workspaceName: string
  /** Of the admins. */
  readonly addresses: readonly string[]
}

/**
 * Mails the admins what changed at a sending domain: a lapse, its end, the switch-off. Killed in between, a mail may
 * go twice; none is lost. Answers how many changes were told.
 */
export async function tellOfDomains(parts: AcceptParts, publicUrl: string): Promise<number> {
  for (let told = 0; ; told++) {
    const isTold = await asEngine(parts.db, async tx => {
      const event = await takeUntold(tx)
      if (event === null) return false
      await mailAdmins(event, parts, publicUrl)
      await sql`update fairlead.domain_event set told_at = fairlead.now()
        where workspace_id = ${event.workspaceId} and id = ${event.id}`.execute(tx)
      return true
    })
    if (!isTold) return told
  }
}

/** Locked, so that nobody else tells it meanwhile. */
async function takeUntold(tx: Tx): Promise<Untold | null> {
  const found = await sql<Untold>`
    select e.workspace_id as "workspaceId", e.id, e.domain_id as "domainId", e.kind, e.data->>'until' as until,
      e.occurred_at as "occurredAt", d.domain, w.name as "workspaceName",
      (select coalesce(array_agg(m.address order by m.created_at, m.id), '{}') from fairlead.member m
        where m.workspace_id = e.workspace_id and m.role = 'admin' and m.removed_at is null) as addresses
    from fairlead.domain_event e
    join fairlead.sending_domain d on d.workspace_id = e.workspace_id and d.id = e.domain_id
    join fairlead.workspace w on w.id = e.workspace_id
    where e.told_at is null order by e.occurred_at limit 1
    for update of e skip locked`.execute(tx)
  return found.rows[0] ?? null
}

async function mailAdmins(event: Untold, parts: AcceptParts, publicUrl: string): Promise<void> {
  const [what, change] = event.kind.split('-')
  const kind: SystemMailKind | null =
    change === 'grace'
      ? 'domain-lapse'
      : change === 'off'
        ? 'domain-off'
        : change === 'mended'
          ? 'domain-mended'
          : null
  if (kind === null) return
  for (const address of event.addresses) {
    await sendSystemEmail(
      {
        ...{ kind, to: requireAddress('address', address) },
        params: {
          domain: event.domain,
          workspace: event.workspaceName,
          what: domainChangeWords[what === 'envelope' ? 'envelope' : 'signing'].what,
          effect:
            domainChangeWords[what === 'envelope' ? 'envelope' : 'signing'][
              change === 'off' ? 'off' : 'lapse'
            ],
        },
        url: `${publicUrl}/settings/domains`,
        expiresAt: event.until === null ? event.occurredAt : new Date(event.until),
      },
      parts,
    )
  }
}
