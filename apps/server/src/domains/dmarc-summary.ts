import { type ChannelKind, type DmarcSummary, fill, type SendingDomain } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { parseId, type WorkspaceId } from '../platform/ids.ts'
import { dmarcTexts } from './texts.ts'

const days = 30
const mostSources = 100
const mostReporters = 20

interface SourceRow {
  readonly source: string
  readonly organisation: string
  readonly channel: ChannelKind | ''
  readonly messages: number
  readonly passed: number
  readonly dkim: number
  readonly spf: number
  readonly lastDay: string
}

/** What the reports of the last 30 days say: who sends as the domain, and what p=reject would have done. */
export async function readDmarcSummary(
  db: Db,
  { id, reportAddress, domain }: SendingDomain,
  workspaceId: WorkspaceId,
): Promise<DmarcSummary> {
  const of = { workspaceId, domainId: parseId('domain', id) ?? '' }
  return asWeb(db, workspaceId, async tx => {
    const reports = await readReports(tx, of)
    const sources = await readSources(tx, of)
    const sum = (rows: readonly SourceRow[], of: (row: SourceRow) => number) =>
      rows.reduce((total, row) => total + of(row), 0)
    const failed = (row: SourceRow) => row.messages - row.passed
    const ours = sources.filter(row => row.channel !== '')
    const ifRejected = { refused: sum(sources, failed), ours: sum(ours, failed) }
    const messages = sum(sources, row => row.messages)
    return {
      ...{ days, address: reportAddress, ...reports, messages },
      passed: sum(sources, row => row.passed),
      sources: sources.slice(0, mostSources).map(showSource),
      channels: channelsOf(ours),
      ifRejected: { ...ifRejected, sentence: rejectSentence({ domain, messages, ...ifRejected }) },
    }
  })
}

async function readReports(
  tx: Tx,
  { workspaceId, domainId }: { workspaceId: string; domainId: string },
): Promise<Pick<DmarcSummary, 'reports' | 'reporters' | 'lastReportAt'>> {
  const found = await sql<{ reports: number; reporters: string[]; last: Date | null }>`
    select count(*)::int as reports, coalesce(array_agg(distinct reporter), '{}') as reporters, max(received_at) as last
    from fairlead.dmarc_report
    where workspace_id = ${workspaceId} and domain_id = ${domainId}
      and ends_at > fairlead.now() - ${days} * interval '1 day'`.execute(tx)
  const [row] = found.rows
  return {
    reports: row?.reports ?? 0,
    reporters: (row?.reporters ?? []).slice(0, mostReporters),
    lastReportAt: row?.last?.toISOString() ?? null,
  }
}

async function readSources(
  tx: Tx,
  { workspaceId, domainId }: { workspaceId: string; domainId: string },
): Promise<SourceRow[]> {
  const found = await sql<SourceRow>`
    select source, organisation, channel, sum(messages)::float8 as messages, sum(passed)::float8 as passed,
      sum(dkim_aligned)::float8 as dkim, sum(spf_aligned)::float8 as spf, to_char(max(day), 'YYYY-MM-DD') as "lastDay"
    from fairlead.dmarc_source
    where workspace_id = ${workspaceId} and domain_id = ${domainId}
      and day > (fairlead.now() at time zone 'UTC')::date - ${days}::int
    group by source, organisation, channel order by messages desc, source`.execute(tx)
  return found.rows
}

const showSource = (row: SourceRow): DmarcSummary['sources'][number] => ({
  ...{
    address: row.source,
    organisation: row.organisation,
    channel: row.channel === '' ? null : row.channel,
  },
  ...{ messages: row.messages, passed: row.passed, dkimAligned: row.dkim, spfAligned: row.spf },
  lastDay: row.lastDay,
})

function channelsOf(ours: readonly SourceRow[]): DmarcSummary['channels'] {
  return [...Map.groupBy(ours, row => row.channel)].flatMap(([channel, rows]) => {
    if (channel === '') return []
    const messages = rows.reduce((sum, row) => sum + row.messages, 0)
    const failed = messages - rows.reduce((sum, row) => sum + row.passed, 0)
    const sentence = fill(failed === 0 ? dmarcTexts.channelPasses : dmarcTexts.channelFails, {
      messages,
      failed,
    })
    return [{ channel, messages, failed, sentence }]
  })
}

function rejectSentence(of: { domain: string; messages: number; refused: number; ours: number }): string {
  if (of.messages === 0) return dmarcTexts.noReports
  if (of.refused === 0) return fill(dmarcTexts.nothingRefused, of)
  return fill(of.ours === 0 ? dmarcTexts.othersRefused : dmarcTexts.oursRefused, of)
}
