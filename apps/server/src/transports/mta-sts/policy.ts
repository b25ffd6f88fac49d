/** What a domain asks of those who send to it (RFC 8461 §3.2). */
export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Patterns of its mail hosts, lower case: `mail.example.com` or `*.example.com`. */
  readonly mx: readonly string[]
  readonly maxAgeSeconds: number
}

/** About a year, the most that RFC 8461 §3.2 lets a policy ask for. */
const longestAgeSeconds = 31_557_600
const mostPatterns = 100

/** Reads a policy file; null where it is none: receivers of it must then act as if there were no policy. */
export function readStsPolicy(text: string): StsPolicy | null {
  const fields = new Map<string, string>()
  const mx: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([a-z0-9][a-z0-9_.-]*)\s*:\s*(\S.*?)\s*$/i.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    if (name === 'mx') mx.push(value.toLowerCase().replace(/\.$/, ''))
    // RFC 8461 §3.2: of a repeated field the first counts.
    else if (!fields.has(name)) fields.set(name, value)
  }
  const mode = fields.get('mode')
  const age = fields.get('max_age') ?? ''
  if (fields.get('version') !== 'STSv1' || !/^\d{1,10}$/.test(age)) return null
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return null
  if (mode !== 'none' && mx.length === 0) return null
  return { mode, mx: mx.slice(0, mostPatterns), maxAgeSeconds: Math.min(Number(age), longestAgeSeconds) }
}

/** The id in a domain's TXT record; null: none, or several (RFC 8461 §3.1). */
export function readStsId(records: readonly string[]): string | null {
  const own = records.filter(text => /^v=STSv1\s*(;|$)/.test(text))
  return own.length === 1
    ? (/;\s*id\s*=\s*([A-Za-z0-9]{1,32})\s*(;|$)/.exec(own[0] ?? '')?.[1] ?? null)
    : null
}

/** Is this mail host one that the policy names? A wildcard stands for one label (RFC 8461 §4.1). */
export function namesMx({ mx }: Pick<StsPolicy, 'mx'>, host: string): boolean {
  const name = host.toLowerCase()
  return mx.some(pattern =>
    pattern.startsWith('*.') ? name.slice(name.indexOf('.') + 1) === pattern.slice(2) : name === pattern,
  )
}
