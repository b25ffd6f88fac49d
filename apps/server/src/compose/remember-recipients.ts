import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import type { Recipient } from './check-recipients.ts'

/**
 * Puts whom the member writes to into the address book. In the order of their addresses, so that two emails to the same
 * people do not wait for each other in a circle; at most once an hour, so that a busy row is not written all the time.
 */
export async function rememberRecipients(
  tx: Tx,
  who: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId },
  recipients: readonly Recipient[],
): Promise<void> {
  await sql`
    insert into fairlead.past_recipient as p (workspace_id, member_id, address_key, address, name)
    select ${who.workspaceId}, ${who.memberId}, k.key, k.address, k.name
    from unnest(${recipients.map(one => one.addressKey)}::text[], ${recipients.map(one => one.address)}::text[],
      ${recipients.map(one => one.name)}::text[]) as k (key, address, name)
    order by k.key
    on conflict (workspace_id, member_id, address_key) do update
      set uses = p.uses + 1, last_used_at = fairlead.now(),
        name = case when excluded.name = '' then p.name else excluded.name end
      where p.last_used_at < fairlead.now() - interval '1 hour' or (excluded.name <> '' and excluded.name <> p.name)`.execute(
    tx,
  )
}
