import { Problem } from '@fairlead/contract'
import { takeBackWaitingMail } from '../compose/take-back-waiting-mail.ts'
import { findTarget } from '../links/find-target.ts'
import { removeLink } from '../links/remove-link.ts'
import { type Moved, moveWaitingMail, whoseMail } from '../outbox/move-waiting-mail.ts'
import { asWeb } from '../platform/database/as-role.ts'
import { type LinkId, showId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import { findLink } from './find-link.ts'
import { giveGrantBack, readGrant } from './give-grant-back.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { showProblem } from './show-problem.ts'

const nothingMoved: Moved = { moved: 0, scheduled: 0, left: [], leftCount: 0 }

export function moveMailRoute(parts: HttpParts) {
  return api.links.move.handler(async ({ input, context: { caller } }) => {
    const move = { from: requireId('link', input.id), to: requireId('link', input.toLinkId) }
    const moved = await moveMail(parts, caller, move)
    tell(parts)
    return showMoved(moved)
  })
}

/**
 * The link is removed first, so that nothing new comes to wait for it; killed after that, the mail still waits and can
 * be moved. The grant at the provider goes last: what it answers keeps nothing.
 */
export function removeLinkRoute(parts: HttpParts) {
  return api.links.remove.handler(async ({ input, context: { caller } }) => {
    const linkId = requireId('link', input.params.id)
    const { waiting } = input.query
    const to =
      waiting === 'move' ? await targetOf(parts, caller, { linkId, shown: input.query.toLinkId }) : null
    const grant = await readGrant(parts, caller, linkId)
    await removeLink(parts.db, caller, { linkId, isAnswered: waiting !== undefined })
    const moved = to === null ? nothingMoved : await moveMail(parts, caller, { from: linkId, to })
    const drafts = waiting === 'to-drafts' ? await takeBack(parts, caller, linkId) : 0
    const stays = await waitingOf(parts, caller, linkId)
    tell(parts)
    await giveGrantBack(parts, grant)
    return { ...showMoved(moved), id: showId('link', linkId), drafts, stays }
  })
}

function tell({ live, accept }: HttpParts): void {
  live.tell()
  accept.onDue()
}

export function moveMail(
  parts: HttpParts,
  caller: Caller,
  move: { from: LinkId; to: LinkId },
): Promise<Moved> {
  const { db, accept, channels } = parts
  const maxBytes = ({ kind, settings }: { kind: Parameters<typeof channels.get>[0]; settings: unknown }) =>
    channels.get(kind)?.traits(settings).maxBytes ?? 0
  return moveWaitingMail({ db, giveUpMs: accept.giveUpMs, maxBytes }, caller, move)
}

/** Where the mail would go must be usable before anything is removed. */
async function targetOf(
  { db }: HttpParts,
  caller: Caller,
  wish: { linkId: LinkId; shown: string | undefined },
): Promise<LinkId> {
  if (wish.shown === undefined) {
    throw new Problem('request.invalid', { field: 'toLinkId', rule: 'waiting=move needs it' })
  }
  const to = requireId('link', wish.shown)
  await asWeb(db, caller.workspaceId, async tx => {
    const whose = await whoseMail(tx, caller, wish.linkId)
    await findTarget(tx, caller, { from: wish.linkId, to, whose })
  })
  return to
}

async function takeBack({ db }: HttpParts, caller: Caller, linkId: LinkId): Promise<number> {
  const { workspaceId } = caller
  const whose = await asWeb(db, workspaceId, tx => whoseMail(tx, caller, linkId))
  return takeBackWaitingMail(db, { workspaceId, linkId, whose, source: `member:${caller.memberId}` })
}

/** A removed link is listed only while mail waits for it. */
async function waitingOf(parts: HttpParts, caller: Caller, linkId: LinkId): Promise<number> {
  try {
    return (await findLink(parts, caller, linkId)).shown.health.waiting
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return 0
    throw error
  }
}

function showMoved({ moved, scheduled, left, leftCount }: Moved) {
  return {
    ...{ moved, scheduled, leftCount },
    left: left.map(({ deliveryId, problem }) => ({
      deliveryId: showId('delivery', deliveryId),
      problem: showProblem(problem),
    })),
  }
}
