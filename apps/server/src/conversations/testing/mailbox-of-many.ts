import { sql } from 'kysely'
import { asEngine } from '../../platform/database/as-role.ts'
import type { Db, Tx } from '../../platform/database/connect.ts'
import { type LinkId, type MemberId, newId, type WorkspaceId } from '../../platform/ids.ts'

export interface MailboxOfMany {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

/**
 * A member with `emails` emails of two recipients each, spread over all folders, as the outbox would have left them:
 * every tenth is scheduled or a draft; of the others the first recipient's delivery is mostly delivered.
 * Rows only: what compose and the outbox really write is tested there.
 */
export async function makeMailbox(db: Db, emails: number): Promise<MailboxOfMany> {
  const workspaceId = newId('workspace')
  const memberId = newId('member')
  const linkId = newId('link')
  await asEngine(db, async tx => {
    await sql`insert into fairlead.workspace (id, name) values (${workspaceId}, 'Many')`.execute(tx)
    await sql`
      insert into fairlead.member (workspace_id, id, user_id, name, address, role)
      values (${workspaceId}, ${memberId}, ${memberId}, 'Ann', 'ann@acme.example', 'rep')`.execute(tx)
    await sql`
      insert into fairlead.link (workspace_id, id, kind, name) values (${workspaceId}, ${linkId}, 'managed', 'Servers')`.execute(
      tx,
    )
    await fill(tx, { workspaceId, memberId, linkId }, emails)
  })
  return { workspaceId, memberId }
}

/** The same for a member that is there, with the link that carried it all. */
export const fillMailbox = (db: Db, of: MailboxOfMany & { linkId: LinkId }, emails: number): Promise<void> =>
  asEngine(db, tx => fill(tx, of, emails))

async function fill(
  tx: Tx,
  { workspaceId, memberId, linkId }: MailboxOfMany & { linkId: LinkId },
  emails: number,
): Promise<void> {
  await sql`
    create temporary table made on commit drop as
    select n, gen_random_uuid() as email_id, gen_random_uuid() as thread_id, gen_random_uuid() as message_id,
      gen_random_uuid() as first_id, gen_random_uuid() as second_id,
      case when n % 20 = 10 then 'scheduled' when n % 20 = 0 then 'draft' else 'released' end as state,
      timestamptz '2026-01-01 00:00Z' + n * interval '1 minute' as at
    from generate_series(1, ${emails}::int) n`.execute(tx)
  await sql`
    insert into fairlead.thread (workspace_id, id, member_id) select ${workspaceId}, thread_id, ${memberId} from made`.execute(
    tx,
  )
  await sql`
    insert into fairlead.email (workspace_id, id, thread_id, member_id, link_id, state, subject, body_text, created_at, updated_at, search)
    select ${workspaceId}, email_id, thread_id, ${memberId}, ${linkId}, state, 'Offer number ' || n, 'Good morning', at, at,
      fairlead.search_vector(${memberId}, 'Offer number ' || n || ' Good morning first' || n || '@north.example second' || n || '@south.example')
    from made`.execute(tx)
  await sql`
    insert into fairlead.email_recipient (workspace_id, id, email_id, kind, position, name, address, address_key)
    select ${workspaceId}::uuid, first_id, email_id, 'to', 0, 'First ' || n, 'first' || n || '@north.example', 'first' || n || '@north.example' from made
    union all
    select ${workspaceId}::uuid, second_id, email_id, 'cc', 1, '', 'second' || n || '@south.example', 'second' || n || '@south.example' from made`.execute(
    tx,
  )
  await sql`
    insert into fairlead.message (workspace_id, id, email_id, rfc_message_id, from_name, from_address, headers, body, body_hash, size)
    select ${workspaceId}, message_id, email_id, message_id || '@acme.example', 'Ann', 'ann@acme.example', '{}', '[]', '', 1
    from made where state = 'released'`.execute(tx)
  await insertDeliveries(tx, { workspaceId, memberId, linkId })
  await insertTries(tx, workspaceId)
}

async function insertDeliveries(
  tx: Tx,
  { workspaceId, memberId, linkId }: MailboxOfMany & { linkId: string },
): Promise<void> {
  await sql`
    with d as (
      select m.*, r.*, case
          when r.which = 1 and n % 7 = 1 then 'queued' when r.which = 1 then 'delivered'
          when n % 6 = 1 then 'refused' when n % 6 = 2 then 'bounced' when n % 6 = 3 then 'complained'
          when n % 6 = 4 then 'uncertain' when n % 6 = 5 then 'expired' else 'accepted' end as now
      from made m, lateral (values (1, first_id, 'first' || n || '@north.example'), (2, second_id, 'second' || n || '@south.example'))
        as r (which, recipient_id, address)
      where m.state = 'released')
    insert into fairlead.delivery (workspace_id, id, email_id, message_id, recipient_id, member_id, link_id, address, state,
      folder, reason, give_up_at, emailed_at, settled_at)
    select ${workspaceId}, gen_random_uuid(), email_id, message_id, recipient_id, ${memberId}, ${linkId}, address, now,
      case now when 'queued' then 'in-progress' when 'delivered' then 'delivered' when 'accepted' then 'delivered'
        when 'refused' then 'bounced' when 'bounced' then 'bounced' when 'complained' then 'spam'
        when 'uncertain' then 'needs-a-look' else 'failed' end,
      case now when 'bounced' then '{"code": "recipient.unknown", "reply": "550 5.1.1 no such user"}'::jsonb
        when 'refused' then '{"code": "recipient.unknown"}' when 'expired' then '{"code": "link.gone"}'
        when 'uncertain' then '{"code": "uncertain.cut"}' end,
      at + interval '4 days', at, case when now <> 'queued' then at + interval '1 minute' end
    from d`.execute(tx)
}

/** One try and one event of each settled delivery. */
async function insertTries(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await sql`
    create temporary table tried on commit drop as
    select gen_random_uuid() as try_id, d.* from fairlead.delivery d
    where d.workspace_id = ${workspaceId} and d.settled_at is not null`.execute(tx)
  await sql`
    insert into fairlead.handoff (workspace_id, id, email_id, message_id, link_id, round, rfc_message_id, envelope_from,
      started_at, marked_at, answered_at, wire)
    select workspace_id, try_id, email_id, message_id, link_id, 1, id || '@acme.example', 'b-x@mail.example', emailed_at,
      emailed_at, settled_at, '{"host": "mx1.north.example", "address": "192.0.2.1", "tls": "TLSv1.3"}' from tried`.execute(
    tx,
  )
  await sql`
    insert into fairlead.attempt (workspace_id, handoff_id, delivery_id, email_id, round, number, outcome, reply)
    select workspace_id, try_id, id, email_id, 1, 1,
      case when state in ('accepted', 'delivered', 'refused', 'uncertain') then state else 'accepted' end, '250 2.0.0 Ok'
    from tried`.execute(tx)
  await sql`
    insert into fairlead.event (workspace_id, id, email_id, delivery_id, handoff_id, link_id, kind, occurred_at, recorded_at, source)
    select workspace_id, gen_random_uuid(), email_id, id, try_id, link_id, 'delivered', settled_at, settled_at, 'outbox'
    from tried`.execute(tx)
}
