import { type BounceReport, type MailHead, readMailHead, readReturnedMail } from '@fairlead/bounce'

export interface ParsedNotice {
  readonly report: BounceReport
  readonly head: MailHead
}

/** Reads a notice, with texts that PostgreSQL takes as text and jsonb: no U+0000, no half of a surrogate pair. */
export function parseNotice(bytes: Uint8Array): ParsedNotice {
  return storable({ report: readReturnedMail(bytes), head: readMailHead(bytes) }) as ParsedNotice
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed()
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, storable(inner)]))
}
