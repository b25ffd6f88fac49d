import { Problem, type Scheduled } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { readNow } from './check-draft.ts'
import { readDraftRow, type WhichEmail } from './draft-row.ts'
import { showScheduled } from './send-draft.ts'
import { readSendTime, type SendTime, type WantedTime } from './send-time.ts'

/** Gives a scheduled or held email another time. Problems: not-found, email.too-late, email.no-time and those of send-time.ts. */
export function rescheduleEmail(db: Db, which: WhichEmail, when: WantedTime): Promise<Scheduled> {
  return move(db, which, async tx => {
    const time = readSendTime(when, await readNow(tx))
    if (time === null) throw new Problem('email.no-time')
    return time
  })
}

/** Makes a scheduled or held email due; it is checked again at its release. Problems: not-found, email.too-late. */
export function sendEmailNow(db: Db, which: WhichEmail): Promise<Scheduled> {
  return move(db, which, async tx => ({ at: await readNow(tx), wall: null, zone: null, isMoved: false }))
}

function move(db: Db, which: WhichEmail, timeOf: (tx: Tx) => Promise<SendTime>): Promise<Scheduled> {
  return asWeb(db, which.workspaceId, async tx => {
    const { state } = await readDraftRow(tx, which, { isLocked: true })
    if (state !== 'scheduled' && state !== 'held') throw new Problem('email.too-late', { state })
    const time = await timeOf(tx)
    await sql`
      update fairlead.email set state = 'scheduled', held_reason = null, updated_at = fairlead.now(),
        due_at = ${time.at.toISOString()}::timestamptz, due_wall = ${time.wall}, due_zone = ${time.zone}
      where workspace_id = ${which.workspaceId} and id = ${which.emailId}`.execute(tx)
    const row = await readDraftRow(tx, which, { isLocked: false })
    return { ...showScheduled(which, row), isMoved: time.isMoved }
  })
}
