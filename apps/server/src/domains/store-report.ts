import type { ChannelKind } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { newId } from '../platform/ids.ts'
import type { WhichDomain } from './change-domains.ts'
import { matchSource, type OwnMail } from './match-source.ts'
import type { AggregateReport } from './read-aggregate-report.ts'

/** What of OwnMail stands in the database. Null: the domain is gone. */
export async function readOwnMail(
  tx: Tx,
  { workspaceId, domainId }: WhichDomain,
): Promise<
  (Pick<OwnMail, 'tag' | 'kinds' | 'smtpHosts'> & { domain: string; returnPathHost: string }) | null
> {
  const found = await sql<{
    tag: string
    domain: string
    returnPathHost: string
    kinds: ChannelKind[]
    smtpHosts: string[]
  }>`
    select d.tag, d.domain, d.return_path_host as "returnPathHost",
      (select coalesce(array_agg(distinct l.kind), '{}') from fairlead.link l
        where l.workspace_id = d.workspace_id and l.state <> 'removed') as kinds,
      (select coalesce(array_agg(distinct l.settings->>'host'), '{}') from fairlead.link l
        where l.workspace_id = d.workspace_id and l.kind = 'smtp' and l.state <> 'removed'
          and l.settings->>'host' is not null) as "smtpHosts"
    from fairlead.sending_domain d
    where d.workspace_id = ${workspaceId} and d.id = ${domainId} and d.removed_at is null`.execute(tx)
  const [row] = found.rows
  return row === undefined ? null : { ...row, kinds: new Set(row.kinds) }
}

/** Adds the figures of a report. False: it was there already. */
export async function storeReport(
  tx: Tx,
  { workspaceId, domainId }: WhichDomain,
  { report, own }: { readonly report: AggregateReport; readonly own: OwnMail },
): Promise<boolean> {
  const made = await sql`
    insert into fairlead.dmarc_report (workspace_id, id, domain_id, reporter, report_key, begins_at, ends_at)
    values (${workspaceId}, ${newId('event')}, ${domainId}, ${report.reporter}, ${report.key}, ${report.beginsAt}, ${report.endsAt})
    on conflict do nothing`.execute(tx)
  if (made.numAffectedRows === 0n) return false
  const rows = sumOf(report, own)
  await sql`
    insert into fairlead.dmarc_source
      (workspace_id, domain_id, day, source, organisation, channel, messages, passed, dkim_aligned, spf_aligned)
    select ${workspaceId}, ${domainId}, ${report.beginsAt.toISOString().slice(0, 10)}::date, s.*
    from unnest(${rows.map(one => one.source)}::text[], ${rows.map(one => one.organisation)}::text[],
      ${rows.map(one => one.channel)}::text[], ${rows.map(one => one.messages)}::bigint[],
      ${rows.map(one => one.passed)}::bigint[], ${rows.map(one => one.dkim)}::bigint[],
      ${rows.map(one => one.spf)}::bigint[]) as s
    on conflict (workspace_id, domain_id, day, source, organisation, channel) do update
      set messages = dmarc_source.messages + excluded.messages, passed = dmarc_source.passed + excluded.passed,
          dkim_aligned = dmarc_source.dkim_aligned + excluded.dkim_aligned,
          spf_aligned = dmarc_source.spf_aligned + excluded.spf_aligned`.execute(tx)
  return true
}

interface SourceSum {
  readonly source: string
  readonly organisation: string
  readonly channel: string
  messages: number
  passed: number
  dkim: number
  spf: number
}

function sumOf(report: AggregateReport, own: OwnMail): SourceSum[] {
  const sums = new Map<string, SourceSum>()
  for (const row of report.rows) {
    const { organisation, channel } = matchSource(row, own)
    const key = JSON.stringify([row.source, organisation, channel])
    const sum = sums.get(key) ?? {
      ...{ source: row.source, organisation, channel: channel ?? '' },
      ...{ messages: 0, passed: 0, dkim: 0, spf: 0 },
    }
    sums.set(key, sum)
    sum.messages += row.count
    if (row.isDkimAligned) sum.dkim += row.count
    if (row.isSpfAligned) sum.spf += row.count
    if (row.isDkimAligned || row.isSpfAligned) sum.passed += row.count
  }
  return [...sums.values()]
}
