import { limits, Problem, type Scheduled } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { showId } from '../platform/ids.ts'
import { type CheckParts, findProblems, readNow } from './check-draft.ts'
import { checkRecipients, type Recipient } from './check-recipients.ts'
import { chooseSender, type Sender } from './choose-sender.ts'
import { readRecipientTexts } from './draft-recipients.ts'
import { type DraftRow, readDraftRow, requireDraft, type WhichEmail } from './draft-row.ts'
import { findInPolicy } from './find-in-policy.ts'
import { senderChoice } from './find-in-sender.ts'
import { insertRecipients } from './insert-email.ts'
import { placeSignature } from './place-signature.ts'
import { htmlOf } from './read-draft.ts'
import { rememberRecipients } from './remember-recipients.ts'
import { requireVersion } from './save-draft.ts'
import { readSendTime, type SendTime, type WantedTime } from './send-time.ts'
import { readSignaturePictures, writeSignaturePictures } from './signature-pictures.ts'

export interface SendRequest {
  /** The version that the writer saw when sending. */
  readonly version: number
  readonly when: WantedTime
  /** How long it can be taken back; absent: the workspace's setting. */
  readonly undoMs?: number
}

/**
 * Freezes a draft and schedules it: for now and the time to undo, or for later. The same version sent twice is one
 * email, and answered the same. Throws what the check before Send calls an error, draft.changed, draft.not-a-draft and
 * not-found.
 */
export async function sendDraft(
  db: Db,
  which: WhichEmail,
  wanted: SendRequest & CheckParts,
): Promise<Scheduled> {
  const inPolicy = await findInPolicy(db, which, wanted.sight)
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: true })
    if (isSentAlready(row, wanted.version)) return showScheduled(which, row)
    requireDraft(row)
    requireVersion(row, wanted.version)
    const { when, maxBytes } = wanted
    const findings = await findProblems(tx, which, { row, when, maxBytes, inPolicy })
    const first = findings.find(one => one.severity === 'error')
    if (first !== undefined) throw first.problem
    const time = await departure(tx, which, wanted)
    await freeze(tx, which, { row, time })
    const frozen = await readDraftRow(tx, which, { isLocked: false })
    return { ...showScheduled(which, frozen), isMoved: time.isMoved }
  })
}

function isSentAlready(row: DraftRow, version: number): boolean {
  return row.version === version + 1 && ['scheduled', 'held', 'released'].includes(row.state)
}

/** When it leaves, as it is kept. */
export function showScheduled(which: WhichEmail, row: DraftRow): Scheduled {
  return {
    ...{ id: showId('email', which.emailId), state: row.state, version: row.version },
    sendAt: (row.dueAt ?? row.savedAt).toISOString(),
    ...{ wall: row.dueWall, zone: row.dueZone, isMoved: false },
  }
}

async function departure(tx: Tx, which: WhichEmail, wanted: SendRequest): Promise<SendTime> {
  const now = await readNow(tx)
  const undoMs = wanted.undoMs ?? (await readUndoMs(tx, which))
  const undoEnds = new Date(now.getTime() + undoMs)
  const time = readSendTime(wanted.when, now)
  if (time === null) return { at: undoEnds, wall: null, zone: null, isMoved: false }
  return time.at < undoEnds ? { ...time, at: undoEnds } : time
}

async function readUndoMs(tx: Tx, which: WhichEmail): Promise<number> {
  const found = await sql<{ undoMs: unknown }>`
    select settings -> 'undoMs' as "undoMs" from fairlead.workspace where id = ${which.workspaceId}`.execute(
    tx,
  )
  const set = found.rows[0]?.undoMs
  return typeof set === 'number' && set >= 0 && set <= limits.undoMs ? set : limits.defaultUndoMs
}

/** Content, recipients, signature, sender and channel as they are now; what the draft was is kept for undo and edit. */
async function freeze(tx: Tx, which: WhichEmail, made: { row: DraftRow; time: SendTime }): Promise<void> {
  const { row, time } = made
  const sender = await chooseSender(tx, senderChoice(which, row))
  const recipients = checkRecipients(await readRecipientTexts(tx, which))
  await replaceRecipients(tx, which, recipients)
  await writeFrozen(tx, which, { row, time, sender })
  await rememberRecipients(tx, which, recipients)
}

async function replaceRecipients(tx: Tx, which: WhichEmail, recipients: readonly Recipient[]): Promise<void> {
  await sql`
    delete from fairlead.email_recipient
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId}`.execute(tx)
  await insertRecipients(tx, which.workspaceId, which.emailId, recipients)
}

async function writeFrozen(
  tx: Tx,
  which: WhichEmail,
  made: { row: DraftRow; time: SendTime; sender: Sender },
): Promise<void> {
  const { row, time, sender } = made
  const { identityId, linkId, html, text } = row
  const signed = placeSignature(htmlOf(row), sender.signatureHtml)
  const done = await sql`
    update fairlead.email set state = 'scheduled', version = version + 1, updated_at = fairlead.now(),
      authored = ${JSON.stringify({ identityId, linkId, html, text })}::jsonb,
      html = ${signed}, body_text = null, held_reason = null,
      identity_id = ${sender.identityId}, link_id = ${sender.linkId}, from_name = ${sender.name},
      from_address = ${sender.address}, due_at = ${time.at.toISOString()}::timestamptz, due_wall = ${time.wall},
      due_zone = ${time.zone}
    where workspace_id = ${which.workspaceId} and id = ${which.emailId} and state in ('draft', 'cancelled')`.execute(
    tx,
  )
  if (done.numAffectedRows !== 1n) throw new Problem('draft.not-a-draft', { state: 'scheduled' })
  const of = { workspaceId: which.workspaceId, identityId: sender.identityId }
  await writeSignaturePictures(tx, which, await readSignaturePictures(tx, of, signed))
}
