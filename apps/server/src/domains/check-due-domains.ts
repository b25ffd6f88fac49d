import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { WhichDomain } from './change-domains.ts'
import { type CheckParts, checkDomain } from './check-domain.ts'

const atOnce = 8
/** Whoever took a domain and died: another look comes after this. */
const leaseMinutes = 10

/** Checks every domain that is due, some at a time; answers how many. Several processes share the work. */
export async function checkDueDomains(parts: CheckParts, signal: AbortSignal): Promise<number> {
  let checked = 0
  for (;;) {
    const due = signal.aborted ? [] : await takeDue(parts)
    if (due.length === 0) return checked
    const done = await Promise.all(due.map(which => checkDomain(parts, which)))
    checked += done.filter(isThere => isThere).length
  }
}

async function takeDue({ db }: CheckParts): Promise<readonly WhichDomain[]> {
  const found = await asEngine(db, tx =>
    sql<WhichDomain>`
      update fairlead.sending_domain d set check_due_at = fairlead.now() + ${leaseMinutes} * interval '1 minute'
      from (select workspace_id, id from fairlead.sending_domain
        where check_due_at <= fairlead.now() and removed_at is null
        order by check_due_at limit ${atOnce} for update skip locked) due
      where d.workspace_id = due.workspace_id and d.id = due.id
      returning d.workspace_id as "workspaceId", d.id as "domainId"`.execute(tx),
  )
  return found.rows
}
