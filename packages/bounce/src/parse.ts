import { readAmazonNotification } from './formats/amazon-notification.ts'
import { readArf } from './formats/arf.ts'
import { readAutoReply } from './formats/auto-reply.ts'
import { readChallenge } from './formats/challenge.ts'
import { readDsn } from './formats/dsn.ts'
import { readDsnInText } from './formats/dsn-in-text.ts'
import { readMdn } from './formats/mdn.ts'
import { allHosts } from './hosts/all-hosts.ts'
import { readAnyMachine } from './hosts/any-machine.ts'
import type { HostRule } from './hosts/host-rule.ts'
import { readHosts } from './hosts/read-hosts.ts'
import { makeReport } from './make-report.ts'
import { isAnswerOrForward, isFromMachine, mayReportFailure } from './notice/machine-signs.ts'
import type { Notice, Reading } from './notice/notice.ts'
import { readNotice } from './notice/read-notice.ts'
import type { BounceReport } from './report.ts'

/** A person who forwards a bounce sends its parts along; only a machine's own report is believed. */
const maySpeakForItself = (notice: Notice): boolean =>
  isFromMachine(notice) || !isAnswerOrForward(notice.subject)

function readFailure(notice: Notice, hosts: readonly HostRule[]): Reading | null {
  if (!mayReportFailure(notice)) return null
  return readDsnInText(notice) ?? readHosts(notice, hosts)
}

function readFormats(notice: Notice): Reading | null {
  if (!maySpeakForItself(notice)) return null
  return readArf(notice) ?? readDsn(notice) ?? readMdn(notice) ?? readAmazonNotification(notice)
}

/** The readers in their order: standards, systems that follow none, challenges, failures of unknown make, answers by machines. */
export function readWith(notice: Notice, hosts: readonly HostRule[]): Reading | null {
  return (
    readFormats(notice) ??
    readFailure(notice, hosts) ??
    readChallenge(notice) ??
    readAnyMachine(notice) ??
    readAutoReply(notice)
  )
}

/**
 * Reads a returned mail: formats that follow a standard first, then systems that follow none, then it gives
 * up honestly (`other`). Pure: no I/O, no clock. Never throws, whatever the bytes; time is linear in their
 * number.
 */
export function readReturnedMail(bytes: Uint8Array): BounceReport {
  const notice = readNotice(bytes)
  return makeReport(notice, readWith(notice, allHosts))
}
