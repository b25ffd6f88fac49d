import { sql } from 'kysely'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import { readOwnMail, storeReport } from '../domains/store-report.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { DomainId, NoticeId, WorkspaceId } from '../platform/ids.ts'
import { messageOf } from '../platform/plain-error.ts'
import { parseReportOffThread } from './report-parser.ts'

export interface ReportParts {
  readonly db: Db
  readonly mailDomain: string
  readonly returnPathHost: string
  /** Addresses of the managed servers, as DNS shows them now. */
  readonly ownAddresses: () => Promise<readonly string[]>
}

interface UnreadReport {
  readonly workspaceId: WorkspaceId
  readonly id: NoticeId
  readonly sha256: string
  readonly domainId: DomainId | null
}

/** What receivers send is a few hundred kilobytes at most. */
const mostBytes = 10 * 1024 * 1024

/**
 * Reads one report that nobody else is reading and adds its figures, in one transaction: a kill leaves it to be read
 * again, and nothing of it done. False: none is left. One that cannot be read, or is about another domain, is kept as
 * ignored with the reason.
 */
export async function readNextReport(parts: ReportParts): Promise<boolean> {
  return asEngine(parts.db, async tx => {
    const notice = await takeReport(tx)
    if (notice === null) return false
    const refused = await addReport(tx, notice, parts)
    await sql`
      update fairlead.notice set state = ${refused === null ? 'applied' : 'ignored'}, kind = 'dmarc-report',
        read_at = fairlead.now(), report = ${refused === null ? null : JSON.stringify({ error: refused })}::jsonb
      where workspace_id = ${notice.workspaceId} and id = ${notice.id}`.execute(tx)
    return true
  })
}

/** Index: notice_report. */
async function takeReport(tx: Tx): Promise<UnreadReport | null> {
  const found = await sql<UnreadReport>`
    select n.workspace_id as "workspaceId", n.id, n.sha256,
      (select d.id from fairlead.sending_domain d
        where d.report_token = split_part(split_part(n.envelope_to[1], '@', 1), '-', 2) and d.removed_at is null) as "domainId"
    from fairlead.notice n where n.state = 'new' and n.source = 'dmarc'
    order by n.received_at, n.id limit 1 for update of n skip locked`.execute(tx)
  return found.rows[0] ?? null
}

/** Null: it was added, or had been before. */
async function addReport(tx: Tx, notice: UnreadReport, parts: ReportParts): Promise<string | null> {
  const { workspaceId, domainId } = notice
  const own = domainId && (await readOwnMail(tx, { workspaceId, domainId }))
  if (!domainId || !own) return 'The domain is gone'
  const raw = await readBlobStart(tx, notice, mostBytes)
  if (raw === null) return 'The bytes of the report are not there'
  const report = await parseReportOffThread(raw).catch((error: unknown) => storable(messageOf(error)))
  if (typeof report === 'string') return report
  // Receivers name the domain whose policy they applied, which may be the one above.
  if (report.domain !== own.domain && !own.domain.endsWith(`.${report.domain}`))
    return storable(`The report is about ${report.domain}`)
  await storeReport(
    tx,
    { workspaceId, domainId },
    {
      report,
      own: {
        ...{ tag: own.tag, kinds: own.kinds, smtpHosts: own.smtpHosts, mailDomain: parts.mailDomain },
        returnPathHosts: [parts.returnPathHost, own.returnPathHost],
        addresses: await parts.ownAddresses(),
      },
    },
  )
  return null
}

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, 500)
