import { type QueryExecutorProvider, sql } from 'kysely'
import type { ChannelTraits, DeliveryChannel, SendOutcome } from '../channels/channel.ts'
import type { Channels } from '../channels/registry.ts'
import { type OpenedLink, openLink } from '../links/open-link.ts'
import { recordLinkEvent } from '../links/record-link-event.ts'
import type { Mailbox, OutgoingMessage } from '../mail/message.ts'
import { makeProbeAddress, makeReturnPath, type ReturnPathKey } from '../mail/return-path.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { type LinkId, newId, type WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { handOverOwnMail, writeOwnMail } from './own-mail.ts'

export interface ProbeParts {
  readonly db: Db
  readonly channels: Channels
  readonly secrets: Secrets
  /** Signs the probes' addresses. */
  readonly key: ReturnPathKey
  /** Where our listener takes mail. */
  readonly returnPathHost: string
  readonly mailDomain: string
}

interface DueLink extends Mailbox {
  readonly workspaceId: WorkspaceId
  readonly id: LinkId
  readonly kind: Parameters<Channels['get']>[0]
  readonly settings: unknown
  readonly number: number
}

const mostAtOnce = 50
const mostLooked = 5_000
const sendMs = 60_000

/**
 * Proves anew, once a week, that later bounces of each connected link come back: sends a mail through it to an address
 * of ours that our listener refuses, so that the link's own server has to return it. A probe whose notice has not
 * come within a day has failed. Answers how many were sent and how many failed.
 */
export async function probeBounces(
  parts: ProbeParts,
  signal: AbortSignal,
): Promise<{ sent: number; failed: number }> {
  const failed = await asEngine(parts.db, failOverdue)
  const due = await asEngine(parts.db, tx => findDue(tx, parts.channels))
  let sent = 0
  for (const link of due) {
    const channel = parts.channels.get(link.kind)
    if (sent >= mostAtOnce || signal.aborted) break
    if (channel === undefined || !canBeProved(channel.traits(link.settings))) continue
    if (await sendProbe(parts, link, channel, signal)) sent += 1
  }
  return { sent, failed }
}

/** Our own servers say themselves what they cannot deliver; and where nobody would see a notice, none is asked for. */
const canBeProved = (traits: ChannelTraits): boolean => traits.isOurs !== true && traits.bounces !== 'unseen'

/** Index: bounce_probe_open. */
async function failOverdue(tx: QueryExecutorProvider): Promise<number> {
  const found = await sql<{ workspaceId: WorkspaceId; linkId: LinkId }>`
    update fairlead.bounce_probe set failed_at = fairlead.now()
    where returned_at is null and failed_at is null and sent_at < fairlead.now() - interval '1 day'
    returning workspace_id as "workspaceId", link_id as "linkId"`.execute(tx)
  for (const one of found.rows) await recordLinkEvent(tx, { ...one, kind: 'bounces-unproved' })
  return found.rows.length
}

/** Links without a probe of the last seven days, with an identity that sends through them. */
async function findDue(tx: QueryExecutorProvider, channels: Channels): Promise<readonly DueLink[]> {
  const found = await sql<DueLink>`
    select l.workspace_id as "workspaceId", l.id, l.kind, l.settings, coalesce(p.number, 0) % 255 + 1 as number,
      s.name, s.address
    from fairlead.link l
    left join fairlead.bounce_probe p on p.workspace_id = l.workspace_id and p.link_id = l.id
    cross join lateral (select i.name, i.address from fairlead.identity i
      where i.workspace_id = l.workspace_id and i.deleted_at is null and i.verified_at is not null
        and (i.link_id = l.id or i.member_id = l.member_id)
        and not exists (select from fairlead.link_identity r where r.workspace_id = l.workspace_id
          and r.link_id = l.id and r.identity_id = i.id and r.state = 'refused')
      order by i.link_id is not distinct from l.id desc, i.is_default desc, i.id limit 1) s
    where l.state = 'ready' and l.kind = any(${[...channels.keys()]}::text[])
      and (p.link_id is null or p.sent_at < fairlead.now() - interval '7 days')
    order by p.sent_at nulls first limit ${mostLooked}`.execute(tx)
  return found.rows
}

/** True where it left. The row is written first, so that a notice that is faster than we are finds it. */
async function sendProbe(
  parts: ProbeParts,
  due: DueLink,
  channel: DeliveryChannel<unknown>,
  signal: AbortSignal,
): Promise<boolean> {
  const { key, returnPathHost: host } = parts
  const to = makeProbeAddress({ key, linkId: due.id, round: due.number, host })
  const message = await writeProbe(due, { to, mailDomain: parts.mailDomain })
  await asEngine(parts.db, tx => startProbe(tx, due, message.messageId))
  const link = openLink({ ...parts, renew: channel.renew?.bind(channel) }, due)
  const probe = {
    due,
    to,
    message,
    returnPath: makeReturnPath({ key, deliveryId: newId('delivery'), round: 1, host }),
  }
  const outcome = await hand(channel, link, probe, AbortSignal.any([signal, AbortSignal.timeout(sendMs)]))
  // After an uncertain end it may have left: its notice, or a day, will tell.
  if (outcome?.is === 'accepted' || outcome?.is === 'uncertain') return true
  await asEngine(parts.db, tx => takeBackProbe(tx, due, outcome?.is === 'refused'))
  return false
}

function writeProbe(
  { name, address }: DueLink,
  { to, mailDomain }: { to: Mailbox['address']; mailDomain: string },
): Promise<OutgoingMessage> {
  return writeOwnMail({
    ...{ from: { name, address }, to, mailDomain },
    subject: 'Do returned mails come back?',
    text: 'Fairlead sent this to an address that refuses it, to see whether the notice about that comes back.',
  })
}

async function hand(
  channel: DeliveryChannel<unknown>,
  link: OpenedLink,
  probe: { due: DueLink; to: Mailbox['address']; message: OutgoingMessage; returnPath: Mailbox['address'] },
  signal: AbortSignal,
): Promise<SendOutcome | undefined> {
  const isOurs = channel.traits(link.settings).returnPath === 'ours'
  const envelope = { to: probe.to, from: isOurs ? probe.returnPath : probe.due.address, dkim: [] }
  try {
    return await handOverOwnMail({ channel, link }, { message: probe.message, envelope }, signal)
  } catch {
    // The link's trouble is the outbox's to find and to tell; the probe is tried again.
    return undefined
  }
}

async function startProbe(tx: QueryExecutorProvider, due: DueLink, messageId: string): Promise<void> {
  await sql`
    insert into fairlead.bounce_probe (workspace_id, link_id, number, message_id)
    values (${due.workspaceId}, ${due.id}, ${due.number}, ${messageId})
    on conflict (workspace_id, link_id) do update set number = excluded.number, message_id = excluded.message_id,
      sent_at = fairlead.now(), refused_at = null, returned_at = null, failed_at = null`.execute(tx)
}

/**
 * It never left. Refused at once, it cannot prove anything this week; else it is tried again: with an earlier proof in
 * an hour, without one at the next run.
 */
async function takeBackProbe(tx: QueryExecutorProvider, due: DueLink, isRefused: boolean): Promise<void> {
  const of = sql`workspace_id = ${due.workspaceId} and link_id = ${due.id} and returned_at is null`
  if (isRefused) {
    await sql`update fairlead.bounce_probe set failed_at = fairlead.now() where ${of}`.execute(tx)
    return
  }
  await sql`delete from fairlead.bounce_probe where ${of} and proved_at is null`.execute(tx)
  await sql`
    update fairlead.bounce_probe set returned_at = proved_at, sent_at = fairlead.now() - interval '6 days 23 hours'
    where ${of}`.execute(tx)
}
