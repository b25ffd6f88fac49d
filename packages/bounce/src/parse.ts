import { readArf } from './formats/arf.ts'
import { readAutoReply } from './formats/auto-reply.ts'
import { readDsn } from './formats/dsn.ts'
import { makeReport } from './make-report.ts'
import { readNotice } from './notice/read-notice.ts'
import type { BounceReport } from './report.ts'

const formats = [readArf, readDsn, readAutoReply]

/**
 * Reads a returned mail: formats that follow a standard first, then systems that follow none, then it gives
 * up honestly (`other`). Pure: no I/O, no clock. Never throws, whatever the bytes; time is linear in their
 * number.
 */
export function readReturnedMail(bytes: Uint8Array): BounceReport {
  const notice = readNotice(bytes)
  for (const read of formats) {
    const reading = read(notice)
    if (reading !== null) return makeReport(notice, reading)
  }
  return makeReport(notice, null)
}
