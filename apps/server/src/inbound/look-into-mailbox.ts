import type { Observation, Observed } from '../channels/channel.ts'
import { recordSentElsewhere } from '../links/pace.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { failpoint } from '../platform/failpoint.ts'
import { findKnownMail, type KnownMail } from './find-known-mail.ts'
import { type JudgedHead, judgeHead } from './judge-head.ts'
import { type MailboxMail, matchMailboxMail } from './match-mailbox-mail.ts'
import type { MatchParts } from './match-notice.ts'
import type { NoticeParser } from './notice-parser.ts'
import { longestOpenMs, oldestOpenHandoffMs } from './open-handoffs.ts'
import { type KeptNotice, keepBytes, storeMailboxNotices } from './store-mailbox-notices.ts'
import { endWatch, type HeldWatch } from './watch-rows.ts'

export interface LookParts extends MatchParts {
  readonly db: Db
  readonly parser: NoticeParser
  /** A mail that is left unread, because it could not be read several times over. */
  readonly onSkipped: (facts: {
    readonly linkId: string
    readonly dedupeKey: string
    readonly err: unknown
  }) => void
}

interface Judged {
  readonly mail: Observation
  readonly head: JudgedHead
}

/** After so many looks in a row that failed, a mail that cannot be read is passed by: one must not stop all others. */
const patience = 5

/**
 * Keeps of what a mailbox showed the mail that belongs to a thread of the link's workspace, and with it where the next
 * look goes on and what the account sent without us, in one commit: killed anywhere, the same is seen again and kept
 * once. Of all other mail nothing is kept, and most of it is not even read. Answers how many notices are new; null: the mailbox is another worker's now.
 * Rejects where a mail cannot be read.
 */
export async function keepWhatIsOurs(
  parts: LookParts,
  held: HeldWatch,
  seen: { readonly observed: Observed; readonly restMs: number; readonly signal: AbortSignal },
): Promise<number | null> {
  const { observed, restMs } = seen
  const judged = observed.seen.map(mail => ({ mail, head: judgeHead(mail.head) }))
  const { openMs, known } = await asEngine(parts.db, async tx => ({
    // Asked before what is known: an answer that comes in between is known then.
    openMs: judged.length === 0 ? null : await oldestOpenHandoffMs(tx, held),
    known: await findKnownMail(tx, askedOf(held, judged)),
  }))
  const kept: KeptNotice[] = []
  let isHeldUp = false
  for (const one of judged) {
    const notice = mayBeOurs(one, known)
      ? await keepIfOurs(parts, held, { ...one, known, signal: seen.signal })
      : null
    if (notice !== null) kept.push(notice)
    else isHeldUp ||= held.cursor !== null && mayBeOursSoon(one, known, openMs)
  }
  const end = isHeldUp
    ? { cursor: held.cursor ?? observed.next, nextInMs: Math.min(restMs, heldUpMs) }
    : { cursor: observed.next, nextInMs: observed.isMore ? 0 : restMs }
  const stored = await asEngine(parts.db, async tx => {
    if (!(await endWatch(tx, held, end))) return null
    // What is seen again is counted then.
    if (!isHeldUp) await recordSentElsewhere(tx, countedOf(held, observed))
    const count = await storeMailboxNotices(tx, held, kept)
    await failpoint('before-look-commit')
    return count
  })
  await failpoint('after-look-commit')
  return stored
}

const dayMs = 86_400_000

/** What counts for the link's rolling day: an older mail does not any more, and none is of the future. */
function countedOf({ workspaceId, linkId }: HeldWatch, { sentElsewhere = [] }: Observed) {
  const now = Date.now()
  return sentElsewhere
    .filter(({ at }) => at.getTime() > now - dayMs)
    .map(one => ({ ...one, workspaceId, linkId, at: new Date(Math.min(one.at.getTime(), now)) }))
}

function askedOf(held: HeldWatch, judged: readonly Judged[]) {
  return {
    workspaceId: held.workspaceId,
    linkId: held.linkId,
    messageIds: [...new Set(judged.flatMap(({ head }) => head.answers))],
    threadIds: [...new Set(judged.flatMap(({ mail }) => mail.threadId ?? []))],
    dedupeKeys: judged.map(({ mail }) => mail.dedupeKey),
  }
}

/** The head decides whether the mail is read at all: a machine's mail says inside what it is about. */
function mayBeOurs({ mail, head }: Judged, known: KnownMail): boolean {
  if (head.isOurCopy || known.kept.has(mail.dedupeKey)) return false
  return (
    head.isMachines ||
    head.answers.some(id => known.messageIds.has(id)) ||
    (mail.threadId !== undefined && known.threadIds.has(mail.threadId))
  )
}

/** Until the next look where mail is not passed by yet. */
const heldUpMs = 5_000
/** By how much a provider's clock and ours may differ. */
const clockMs = 30_000

/**
 * An answer or a bounce to a mail whose hand-over has no answer yet looks like a stranger's: it is not passed by until
 * that is known. `openMs`: for how long the oldest of these is out.
 */
function mayBeOursSoon({ mail, head }: Judged, known: KnownMail, openMs: number | null): boolean {
  if (openMs === null || head.isOurCopy || known.kept.has(mail.dedupeKey)) return false
  const isAnswer = head.isMachines || head.answers.length > 0
  const ageMs = Date.now() - mail.receivedAt.getTime()
  return (
    isAnswer &&
    !head.answers.some(id => known.messageIds.has(id)) &&
    ageMs < Math.min(openMs + clockMs, longestOpenMs)
  )
}

async function keepIfOurs(
  parts: LookParts,
  held: HeldWatch,
  one: Judged & { readonly known: KnownMail; readonly signal: AbortSignal },
): Promise<KeptNotice | null> {
  const { mail, head } = one
  let bytes: Uint8Array | null
  try {
    bytes = await mail.read(one.signal)
  } catch (error) {
    if (held.failures < patience) throw error
    parts.onSkipped({ linkId: held.linkId, dedupeKey: mail.dedupeKey, err: error })
    return null
  }
  if (bytes === null) return null
  const answersOurs = head.answers.some(id => one.known.messageIds.has(id))
  const found: MailboxMail = { held, mail, head, bytes, answersOurs }
  if (!(await matchMailboxMail(parts, found))) return null
  const blob = await keepBytes(parts.db, held.workspaceId, bytes)
  return { ...blob, mail, head }
}
