import { sql } from 'kysely'
import type { Observation } from '../channels/channel.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { JudgedHead } from './judge-head.ts'
import { type Match, type MatchParts, matchNotice } from './match-notice.ts'
import { type NoticeParser, UnreadableNoticeError } from './notice-parser.ts'
import { probeIn } from './probes.ts'
import type { HeldWatch } from './watch-rows.ts'

/** A mail of a mailbox that may be about mail of ours. */
export interface MailboxMail {
  readonly held: HeldWatch
  readonly mail: Observation
  readonly head: JudgedHead
  readonly bytes: Uint8Array
  /** By its head it answers a message of ours. */
  readonly answersOurs: boolean
}

// As in read-next-notice.ts: no notice says what happened further down.
const mostBytes = 2 * 1024 * 1024

/** Does the mail belong to a thread of the link's workspace, or return its probe? All else is foreign. */
export async function matchMailboxMail(
  parts: MatchParts & { readonly db: Db; readonly parser: NoticeParser },
  { held, mail, head, bytes, answersOurs }: MailboxMail,
): Promise<boolean> {
  let report: Awaited<ReturnType<NoticeParser['parse']>>['report']
  try {
    report = (await parts.parser.parse(bytes.subarray(0, mostBytes))).report
  } catch (error) {
    if (error instanceof UnreadableNoticeError) return answersOurs
    throw error
  }
  if (probeIn(report, parts.keys)?.linkId === held.linkId) return true
  return asEngine(parts.db, async tx => {
    const notice = {
      ...{ envelopeTo: [], receivedAt: mail.receivedAt, report },
      of: { workspaceId: held.workspaceId, linkId: held.linkId, threadId: mail.threadId ?? null },
    }
    const match = await matchNotice(tx, notice, parts)
    if (match === null) return false
    return head.isMachines || !(await isOwnAnswer(tx, { held, head, match }))
  })
}

/** What the sender wrote into the thread from their own mailbox is no answer; unless the email went to them. */
async function isOwnAnswer(
  tx: Tx,
  { held, head, match }: { held: HeldWatch; head: JudgedHead; match: Match },
): Promise<boolean> {
  const from = head.from.toLowerCase()
  if (match.deliveries.some(delivery => delivery.address.toLowerCase() === from)) return false
  const found = await sql`
    select from fairlead.identity
    where workspace_id = ${held.workspaceId} and address_key = ${from} and deleted_at is null
      and (member_id = ${held.memberId}::uuid or link_id = ${held.linkId}) limit 1`.execute(tx)
  return found.rows.length > 0
}
