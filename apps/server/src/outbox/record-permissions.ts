import { type QueryExecutorProvider, sql } from 'kysely'
import { recordPermission } from '../links/record-permission.ts'
import type { EmailId, IdentityId } from '../platform/ids.ts'
import type { Verdict } from './answer.ts'

/**
 * Keeps what the answers tell of identities: one that a link refused is shown as refused before the next email, one
 * that it took is so no more.
 */
export async function recordPermissions(
  tx: QueryExecutorProvider,
  verdicts: readonly Verdict[],
): Promise<void> {
  const refused = verdicts.filter(
    ({ outcome }) => outcome.is === 'refused' && outcome.reason.code === 'identity.not-permitted',
  )
  for (const [emailId, verdict] of new Map(refused.map(one => [one.delivery.emailId, one])))
    await keepRefusal(tx, emailId, verdict)
  const taken = verdicts.filter(
    ({ outcome, answer }) => outcome.is === 'accepted' && answer.handoff.isOneLane,
  )
  if (taken.length > 0) await clearRefusals(tx, taken)
}

async function keepRefusal(
  tx: QueryExecutorProvider,
  emailId: EmailId,
  { answer, delivery, outcome }: Verdict,
): Promise<void> {
  const { workspaceId } = delivery
  const found = await sql<{ id: IdentityId | null }>`
    select identity_id as id from fairlead.email where workspace_id = ${workspaceId} and id = ${emailId}`.execute(
    tx,
  )
  const identityId = found.rows[0]?.id
  if (!identityId || outcome.is === 'accepted') return
  const linkId = answer.handoff.linkId
  await recordPermission(tx, { workspaceId, linkId, identityId, isPermitted: false, reason: outcome.reason })
}

async function clearRefusals(tx: QueryExecutorProvider, taken: readonly Verdict[]): Promise<void> {
  await sql`
    update fairlead.link_identity p set state = 'permitted', reason = null, checked_at = fairlead.now()
    from unnest(${taken.map(({ delivery }) => delivery.workspaceId)}::uuid[], ${taken.map(({ answer }) => answer.handoff.linkId)}::uuid[],
      ${taken.map(({ delivery }) => delivery.emailId)}::uuid[]) as k (w, l, e)
    join fairlead.email e on e.workspace_id = k.w and e.id = k.e
    where p.workspace_id = k.w and p.link_id = k.l and p.identity_id = e.identity_id and p.state = 'refused'`.execute(
    tx,
  )
}
