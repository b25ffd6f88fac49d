import { isIPv4, isIPv6 } from 'node:net'

/** DNS types the zone can hold, and the pseudo type PORT: the SMTP port of a host, which DNS itself cannot say for MX. */
export const zoneTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'TXT', 'PORT'] as const
export type ZoneType = (typeof zoneTypes)[number]

export interface MxTarget {
  readonly preference: number
  /** Host name without final dot; empty for a null MX (RFC 7505). */
  readonly exchange: string
}

/** `null` data says: this name has no record of this type, whatever the defaults would answer. */
export type ZoneValue = string | number | MxTarget | readonly string[] | null

/** One record. Several with the same name and type make one set. */
export interface ZoneRecord {
  readonly name: string
  readonly type: ZoneType
  readonly data: ZoneValue
  /** Seconds. Default 1, so that a changed record is seen at once. */
  readonly ttl?: number
}

const nameForm = /^(?=.{1,253}$)[^.\s]{1,63}(\.[^.\s]{1,63})*$/

/** Lower case, without the final dot. */
export function foldName(name: string): string {
  const folded = name.toLowerCase()
  return folded.endsWith('.') ? folded.slice(0, -1) : folded
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && nameForm.test(foldName(value))

function readMx(data: unknown): MxTarget | undefined {
  const spoken = typeof data === 'string' ? /^(\d{1,5})\s+(\S+)$/.exec(data) : null
  const given = spoken
    ? { preference: Number(spoken[1]), exchange: spoken[2] }
    : typeof data === 'object' && data !== null
      ? (data as { preference?: unknown; priority?: unknown; exchange?: unknown })
      : undefined
  if (!given || typeof given.exchange !== 'string') return undefined
  const preference = Number(given.preference ?? ('priority' in given ? given.priority : 10))
  const exchange = foldName(given.exchange)
  const isValid = Number.isInteger(preference) && preference >= 0 && preference <= 65_535
  return isValid && (exchange === '' || isName(exchange)) ? { preference, exchange } : undefined
}

function readTxt(data: unknown): readonly string[] | undefined {
  const parts: readonly unknown[] = Array.isArray(data) ? data : [data]
  const isText = parts.every(part => typeof part === 'string') && parts.length > 0
  return isText && JSON.stringify(parts).length <= 20_000 ? (parts as readonly string[]) : undefined
}

const readName = (data: unknown): string | undefined => (isName(data) ? foldName(data) : undefined)
const isPort = (data: unknown): data is number =>
  typeof data === 'number' && Number.isInteger(data) && data > 0 && data < 65_536

const readers: Record<ZoneType, (data: unknown) => ZoneValue | undefined> = {
  A: data => (typeof data === 'string' && isIPv4(data) ? data : undefined),
  AAAA: data => (typeof data === 'string' && isIPv6(data) ? data : undefined),
  CNAME: readName,
  NS: readName,
  PTR: readName,
  MX: readMx,
  TXT: readTxt,
  PORT: data => (isPort(data) ? data : undefined),
}

/**
 * Reads one record as given to `PUT /zone`: `{name, type, data, ttl?}`.
 * MX data is `{preference, exchange}` or `"10 host"`, TXT data a string or the list of its character-strings.
 * @throws Error with a sentence that names the record.
 */
export function readRecord(given: unknown): ZoneRecord {
  const { name, type, data, ttl } = (given ?? {}) as Record<string, unknown>
  const kind = zoneTypes.find(known => known === type)
  if (!kind) throw new Error(`type must be one of ${zoneTypes.join(', ')}: ${JSON.stringify(given)}`)
  if (!isName(name)) throw new Error(`not a domain name: ${JSON.stringify(name)}`)
  const value = data === null ? null : readers[kind](data)
  if (value === undefined) throw new Error(`not ${kind} data for ${name}: ${JSON.stringify(data)}`)
  const seconds = ttl ?? 1
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > 86_400)
    throw new Error(`ttl of ${name} must be 0 to 86400 seconds`)
  return { name: foldName(name), type: kind, data: value, ttl: seconds }
}
