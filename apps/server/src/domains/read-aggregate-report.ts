import { SaxesParser } from 'saxes'

/** One row of an aggregate report: so many messages of one source that fared alike. */
export interface ReportRow {
  /** IP address. */
  readonly source: string
  readonly count: number
  readonly isDkimAligned: boolean
  readonly isSpfAligned: boolean
  /** Signatures that passed. */
  readonly signers: readonly { readonly domain: string; readonly selector: string }[]
  /** Domain of the return path where SPF passed. */
  readonly spfDomain: string | null
}

export interface AggregateReport {
  readonly reporter: string
  readonly key: string
  /** The domain that the report is about, lower case. */
  readonly domain: string
  readonly beginsAt: Date
  readonly endsAt: Date
  readonly rows: readonly ReportRow[]
}

const mostRows = 20_000
const mostDepth = 20
const mostText = 1_000

/**
 * Reads the XML of an aggregate report (RFC 7489 appendix C). The parser knows no entities but the five of XML and
 * loads nothing; depth, text and rows are bounded. Throws on what is no such report.
 */
export function readAggregateReport(xml: string): AggregateReport {
  const collected = collect(xml)
  const text = (path: string) => collected.head.get(path)?.trim() ?? ''
  const domain = text('policy_published/domain').toLowerCase().replace(/\.$/, '')
  const beginsAt = timeOf(text('report_metadata/date_range/begin'))
  const endsAt = timeOf(text('report_metadata/date_range/end'))
  if (domain === '' || beginsAt === null || endsAt === null)
    throw new Error('No aggregate report: domain or date range is missing')
  return {
    reporter: text('report_metadata/org_name').slice(0, 200) || 'unknown',
    key: text('report_metadata/report_id').slice(0, 300),
    ...{ domain, beginsAt, endsAt, rows: collected.rows },
  }
}

function timeOf(seconds: string): Date | null {
  const at = /^\d{1,11}$/.test(seconds) ? new Date(Number(seconds) * 1_000) : null
  return at === null || Number.isNaN(at.getTime()) ? null : at
}

interface Collected {
  readonly head: Map<string, string>
  readonly rows: ReportRow[]
}

/** Fields of a row as they come; lists because signatures repeat. */
interface RowFields {
  fields: Map<string, string>
  results: { kind: 'dkim' | 'spf'; fields: Map<string, string> }[]
}

function collect(xml: string): Collected {
  const parser = new SaxesParser({ xmlns: false })
  const [head, rows, path] = [new Map<string, string>(), [] as ReportRow[], [] as string[]]
  let row: RowFields | null = null
  let text = ''
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({ name }) => {
    path.push(localName(name))
    text = ''
    if (path.length > mostDepth) throw new Error('No aggregate report: too deep')
    if (path.length === 2 && path[1] === 'record') row = { fields: new Map(), results: [] }
    const kind = path[3]
    if (
      row !== null &&
      path.length === 4 &&
      path[2] === 'auth_results' &&
      (kind === 'dkim' || kind === 'spf')
    )
      row.results.push({ kind, fields: new Map() })
  })
  parser.on('text', piece => {
    if (text.length < mostText) text += piece.slice(0, mostText)
  })
  parser.on('closetag', () => {
    const at = path.slice(1).join('/')
    if (row === null) head.set(at, text)
    else if (path.length === 5 && path[2] === 'auth_results')
      row.results.at(-1)?.fields.set(path[4] ?? '', text.trim())
    else row.fields.set(at, text.trim())
    if (row !== null && path.length === 2) {
      if (rows.length < mostRows) rows.push(...rowOf(row))
      row = null
    }
    path.pop()
    text = ''
  })
  parser.write(xml).close()
  return { head, rows }
}

/** Some reporters write the elements with a prefix. */
const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** None: without a source or a count. */
function rowOf({ fields, results }: RowFields): ReportRow[] {
  const source = fields.get('record/row/source_ip') ?? ''
  const count = Number(fields.get('record/row/count') ?? 0)
  if (!/^[0-9a-f:.]{2,45}$/i.test(source) || !Number.isSafeInteger(count) || count < 1 || count > 1e9)
    return []
  const passed = results.filter(one => one.fields.get('result')?.toLowerCase() === 'pass')
  const domainOf = (one: RowFields['results'][number]) => (one.fields.get('domain') ?? '').toLowerCase()
  return [
    {
      ...{ source, count },
      isDkimAligned: fields.get('record/row/policy_evaluated/dkim')?.toLowerCase() === 'pass',
      isSpfAligned: fields.get('record/row/policy_evaluated/spf')?.toLowerCase() === 'pass',
      signers: passed
        .filter(one => one.kind === 'dkim')
        .slice(0, 10)
        .map(one => ({ domain: domainOf(one), selector: (one.fields.get('selector') ?? '').toLowerCase() })),
      spfDomain: passed.filter(one => one.kind === 'spf').map(domainOf)[0] ?? null,
    },
  ]
}
