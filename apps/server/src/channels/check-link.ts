import type { Reason } from '@fairlead/bounce'
import { sql } from 'kysely'
import type { LinkCaller } from '../links/link-caller.ts'
import { recordPermission } from '../links/record-permission.ts'
import { saveLearned } from '../links/save-learned.ts'
import { SecretUnavailableError } from '../links/secret-unavailable.ts'
import { mendLink } from '../links/set-link-state.ts'
import type { Address, Mailbox } from '../mail/message.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { IdentityId, LinkId } from '../platform/ids.ts'
import type { ChannelLink, CheckStage, CheckWishes, DeliveryChannel } from './channel.ts'

/** What is checked, and for whom. */
export interface WantedCheck {
  readonly channel: DeliveryChannel<unknown>
  readonly link: ChannelLink<unknown>
  readonly caller: LinkCaller
  /** The saved link, where it is checked exactly as saved; null: what the check finds is told and not kept. */
  readonly saved: { readonly linkId: LinkId; readonly version: number } | null
  readonly wishes: Omit<CheckWishes, 'senders'>
}

/** A link that is being checked as saved. */
type Saved = WantedCheck & { readonly saved: NonNullable<WantedCheck['saved']> }

/**
 * Runs a check and tells its stages. Of what is saved, what was learned of the server and of identities is kept, and
 * a link that needed attention works again when no stage failed. A throw of the channel is a failed stage.
 */
export async function* checkLink(
  db: Db,
  wanted: WantedCheck,
  signal: AbortSignal,
): AsyncGenerator<CheckStage> {
  const { caller, saved } = wanted
  const senders = await readSenders(db, wanted)
  let hasFailed = false
  for await (const stage of stagesOf(wanted, senders, signal)) {
    hasFailed ||= stage.state === 'failed' && !isAboutOneSender(stage)
    if (saved !== null) await keep(db, { ...wanted, saved }, { stage, senders })
    yield stage
  }
  if (hasFailed || saved === null || signal.aborted) return
  await asWeb(db, caller.workspaceId, tx => mendLink(tx, { workspaceId: caller.workspaceId, ...saved }))
}

/** A server that does not take one identity as sender works all the same. */
function isAboutOneSender({ stage, about }: CheckStage): boolean {
  return stage === 'sender' && about !== undefined
}

async function* stagesOf(
  { channel, link, wishes }: WantedCheck,
  senders: readonly Sender[],
  signal: AbortSignal,
): AsyncGenerator<CheckStage> {
  let last: CheckStage['stage'] = 'find'
  try {
    for await (const stage of channel.check(link, signal, { ...wishes, senders })) {
      last = stage.stage
      yield stage
    }
  } catch (error) {
    const reason: Reason =
      error instanceof SecretUnavailableError ? error.outcome.reason : { code: 'local.error' }
    yield { stage: last, state: 'failed', reason }
  }
}

interface Sender extends Mailbox {
  readonly identityId: IdentityId
}

const mostSenders = 20

/** Verified identities: the caller's own, and those that send through the link; these first. */
async function readSenders(db: Db, { caller, saved }: WantedCheck): Promise<readonly Sender[]> {
  const linkId = saved?.linkId ?? null
  const found = await asWeb(db, caller.workspaceId, tx =>
    sql<Sender & { address: Address }>`
      select i.id as "identityId", i.name, i.address from fairlead.identity i
      where i.workspace_id = ${caller.workspaceId} and i.deleted_at is null and i.verified_at is not null
        and (i.member_id = ${caller.memberId} or i.link_id = ${linkId}::uuid)
      order by i.link_id is not distinct from ${linkId}::uuid desc, i.is_default desc, i.id limit ${mostSenders}`.execute(
      tx,
    ),
  )
  return found.rows
}

async function keep(
  db: Db,
  { caller, saved }: Saved,
  { stage, senders }: { readonly stage: CheckStage; readonly senders: readonly Sender[] },
): Promise<void> {
  const { workspaceId } = caller
  const { about, state, learned } = stage
  if (learned !== undefined)
    await asWeb(db, workspaceId, tx => saveLearned(tx, { workspaceId, ...saved, settings: learned }))
  const sender = senders.find(one => one.address.toLowerCase() === about?.toLowerCase())
  if (stage.stage !== 'sender' || sender === undefined || (state !== 'passed' && state !== 'failed')) return
  await asWeb(db, workspaceId, tx =>
    recordPermission(tx, {
      ...{ workspaceId, linkId: saved.linkId, identityId: sender.identityId },
      ...{ isPermitted: state === 'passed', reason: stage.reason ?? null },
    }),
  )
}
