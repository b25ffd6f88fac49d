import {
  type CheckStageName,
  limits,
  Problem,
  type ShownCheckStage,
  showCheckStage,
} from '@fairlead/contract'
import type { CheckWishes } from '../channels/channel.ts'
import { checkLink, type WantedCheck } from '../channels/check-link.ts'
import { requireRight } from '../links/link-caller.ts'
import { openLink, openUnsaved } from '../links/open-link.ts'
import { requireMayPin } from '../links/servers-of.ts'
import { requireSameServers } from '../links/update-link.ts'
import { type MemberId, newId } from '../platform/ids.ts'
import { api } from './api.ts'
import { channelOf, findLink, secretText } from './find-link.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

const checkMs = 120_000

export function checkNewLinkRoute(parts: HttpParts) {
  const running = runningOf(parts)
  return api.links.checkNew.handler(({ input, context: { caller }, signal }) => {
    requireRight(input.owner === 'member' || caller.role === 'admin')
    requireMayPin(caller, null, input.settings)
    const channel = channelOf(parts, input.kind)
    const settings = channel.settings.parse(input.settings)
    const link = openUnsaved({ id: newId('link'), settings }, secretText(input.secret) ?? null)
    return stream(
      parts,
      running,
      { channel, link, caller, saved: null, wishes: wishesOf(parts, input) },
      signal,
    )
  })
}

export function checkLinkRoute(parts: HttpParts) {
  const running = runningOf(parts)
  return api.links.check.handler(async ({ input, context: { caller }, signal }) => {
    const linkId = requireId('link', input.id)
    const { shown, settings } = await findLink(parts, caller, linkId)
    requireRight(shown.mayChange)
    if (shown.state === 'removed') throw new Problem('link.removed')
    if (input.settings !== undefined && shown.kind === 'managed')
      throw new Problem('link.built-in', { name: shown.name })
    const channel = channelOf(parts, shown.kind)
    const tried = input.settings === undefined ? settings : channel.settings.parse(input.settings)
    requireMayPin(caller, settings, tried)
    if (input.secret === undefined) requireSameServers({ settings, hasSecret: shown.hasSecret }, tried)
    const secret = secretText(input.secret)
    const renew = channel.renew?.bind(channel)
    const link =
      secret === undefined
        ? openLink({ ...parts, renew }, { workspaceId: caller.workspaceId, id: linkId, settings: tried })
        : openUnsaved({ id: linkId, settings: tried }, secret)
    const isAsSaved = input.settings === undefined && secret === undefined
    const saved = isAsSaved ? { linkId, version: shown.version } : null
    return stream(parts, running, { channel, link, caller, saved, wishes: wishesOf(parts, input) }, signal)
  })
}

function wishesOf(
  parts: HttpParts,
  { from }: { readonly from?: CheckStageName | undefined },
): Omit<CheckWishes, 'senders'> {
  return { probeReturnPath: parts.probeReturnPath(), ...(from === undefined ? {} : { from }) }
}

/** How many checks each member has running in this process; both routes count together. */
const counts = new WeakMap<HttpParts, Map<MemberId, number>>()

function runningOf(parts: HttpParts): Map<MemberId, number> {
  const known = counts.get(parts) ?? new Map<MemberId, number>()
  counts.set(parts, known)
  return known
}

function stream(
  parts: HttpParts,
  running: Map<MemberId, number>,
  wanted: WantedCheck,
  signal: AbortSignal | undefined,
): AsyncGenerator<ShownCheckStage> {
  const { memberId } = wanted.caller
  const count = running.get(memberId) ?? 0
  if (count >= limits.runningLinkChecks)
    throw new Problem('link.too-many-checks', { retryAfterSeconds: checkMs / 1_000 })
  running.set(memberId, count + 1)
  const until = AbortSignal.any([AbortSignal.timeout(checkMs), ...(signal === undefined ? [] : [signal])])
  const leave = once(() => {
    const left = (running.get(memberId) ?? 1) - 1
    if (left > 0) running.set(memberId, left)
    else running.delete(memberId)
  })
  // A stream that nobody began to read never ends by itself.
  until.addEventListener('abort', leave)
  return run(parts, wanted, until, leave)
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

async function* run(
  parts: HttpParts,
  wanted: WantedCheck,
  signal: AbortSignal,
  leave: () => void,
): AsyncGenerator<ShownCheckStage> {
  try {
    for await (const stage of checkLink(parts.db, wanted, signal)) yield showCheckStage(stage)
  } finally {
    leave()
    parts.live.tell()
    parts.accept.onDue()
  }
}
