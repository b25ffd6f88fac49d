import { readAmazonNotification } from './formats/amazon-notification.ts'
import { readArf } from './formats/arf.ts'
import { readAutoReply } from './formats/auto-reply.ts'
import { readDsn } from './formats/dsn.ts'
import { readDsnInText } from './formats/dsn-in-text.ts'
import { allHosts } from './hosts/all-hosts.ts'
import { readHosts } from './hosts/read-hosts.ts'
import { makeReport } from './make-report.ts'
import type { Notice } from './notice/notice.ts'
import { readNotice } from './notice/read-notice.ts'
import type { BounceReport } from './report.ts'

const formats = [
  readArf,
  readDsn,
  readDsnInText,
  readAmazonNotification,
  (notice: Notice) => readHosts(notice, allHosts),
  readAutoReply,
]

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
