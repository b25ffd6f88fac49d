import { limits, Problem, type ShownCheck, type ShownFinding } from '@fairlead/contract'
import { sql } from 'kysely'
import { textOf } from '../mail/render-message.ts'
import { base64Size, encodeText } from '../mail/transfer-encoding.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { RecipientTexts } from './check-recipients.ts'
import { readRecipientTexts } from './draft-recipients.ts'
import { type DraftRow, readDraftRow, requireDraft, type WhichEmail } from './draft-row.ts'
import { findInContent } from './find-in-content.ts'
import { findInPolicy } from './find-in-policy.ts'
import { findInRecipients } from './find-in-recipients.ts'
import { findInSender } from './find-in-sender.ts'
import { type Finding, finding, showFinding } from './finding.ts'
import type { SightParts } from './look-ahead.ts'
import { htmlOf } from './read-draft.ts'
import type { ReleaseParts } from './release-email.ts'
import { readSendTime, type WantedTime } from './send-time.ts'
import { readSignatureSizes } from './signature-pictures.ts'

export type CheckParts = Pick<ReleaseParts, 'maxBytes'> & { readonly sight: SightParts }

/** Everything that stands in the way of sending, errors first. Problems: not-found, draft.not-a-draft. */
export async function checkDraft(
  db: Db,
  which: WhichEmail,
  parts: CheckParts & { readonly when: WantedTime },
): Promise<ShownCheck> {
  const inPolicy = await findInPolicy(db, which, parts.sight)
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(row)
    const { when, maxBytes } = parts
    const findings = await findProblems(tx, which, { row, when, maxBytes, inPolicy })
    const shown = findings.map(showFinding)
    return {
      version: row.version,
      isSendable: !findings.some(one => one.severity === 'error'),
      findings: [...shown.filter(isError), ...shown.filter(one => !isError(one))],
    }
  })
}

const isError = (one: ShownFinding): boolean => one.severity === 'error'

/** The one check before Send (spec 4.4), within the caller's transaction. */
export async function findProblems(
  tx: Tx,
  which: WhichEmail,
  of: Pick<CheckParts, 'maxBytes'> & {
    readonly row: DraftRow
    readonly when: WantedTime
    /** What findInPolicy found before the transaction. */
    readonly inPolicy: readonly Finding[]
  },
): Promise<Finding[]> {
  const { row } = of
  const texts: RecipientTexts = await readRecipientTexts(tx, which)
  const attachments = await readSizes(tx, which)
  const inSignature = await readSignatureSizes(tx, { ...which, identityId: row.identityId })
  const { findings, limitBytes } = await findInSender(tx, which, { row, maxBytes: of.maxBytes })
  const html = htmlOf(row)
  return [
    ...(await findInRecipients(tx, which, texts)),
    ...findings,
    ...of.inPolicy,
    ...findInContent({ subject: row.subject, html, attachmentCount: attachments.length }),
    ...findInSize({ html, attachments, inSignature, limitBytes }),
    ...(await findInTime(tx, of.when)),
  ]
}

async function readSizes(tx: Tx, which: WhichEmail): Promise<readonly number[]> {
  const found = await sql<{ size: number }>`
    select size from fairlead.attachment
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} and not is_of_signature`.execute(
    tx,
  )
  return found.rows.map(row => row.size)
}

// Headers of the message and of each part, about.
const headerBytes = 3_000
const partBytes = 400

/** Octets on the wire, about: what the release measures exactly. */
export function encodedBytes(of: { html: string; attachments: readonly number[] }): number {
  const bodies =
    of.html === '' ? 0 : encodeText(of.html).text.length + encodeText(textOf(of.html)).text.length
  return of.attachments.reduce((sum, size) => sum + base64Size(size) + partBytes, headerBytes + bodies)
}

function findInSize(of: {
  html: string
  attachments: readonly number[]
  inSignature: readonly number[]
  limitBytes: number
}): readonly Finding[] {
  if (of.attachments.length > limits.attachmentsPerEmail) {
    const params = { count: of.attachments.length, limit: limits.attachmentsPerEmail }
    return [finding('error', new Problem('email.too-many-attachments', params), 'remove-attachment')]
  }
  const size = encodedBytes({ html: of.html, attachments: [...of.attachments, ...of.inSignature] })
  if (size <= of.limitBytes) return []
  const params = {
    sizeMegabytes: Math.ceil(size / 1_000_000),
    limitMegabytes: Math.floor(of.limitBytes / 1_000_000),
  }
  return [finding('error', new Problem('email.too-large', params), 'remove-attachment')]
}

async function findInTime(tx: Tx, when: WantedTime): Promise<readonly Finding[]> {
  try {
    readSendTime(when, await readNow(tx))
    return []
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return [finding('error', error, 'change-time')]
  }
}

/** The database's time. */
export async function readNow(tx: Tx): Promise<Date> {
  const found = await sql<{ now: Date }>`select fairlead.now() as now`.execute(tx)
  return found.rows[0]?.now ?? new Date()
}
