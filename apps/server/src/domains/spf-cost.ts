import type { AuthorityClient } from '../transports/dns/authority.ts'

/** What evaluating an SPF record costs a receiver (RFC 7208 §4.6.4). */
export interface SpfCost {
  readonly lookups: number
  /** Look-ups that found nothing. */
  readonly voids: number
}

/** A receiver stops at 10 and 2; a little further is enough to tell. */
const mostLookups = 15

/** Counts what `record` at `domain` makes a receiver look up, includes and redirects followed. Macros are not followed. */
export async function spfCost(
  dns: Pick<AuthorityClient, 'askResolver'>,
  record: string,
  signal?: AbortSignal,
): Promise<SpfCost> {
  const cost = { lookups: 0, voids: 0 }
  const waiting = [record]
  for (let text = waiting.shift(); text !== undefined && cost.lookups < mostLookups; text = waiting.shift()) {
    for (const term of text.split(/\s+/).slice(1)) {
      const asked = questionOf(term)
      if (asked === null) continue
      cost.lookups += 1
      if (cost.lookups >= mostLookups) break
      if (asked.name === '' || asked.name.includes('%')) continue
      const said = await dns.askResolver(asked, signal)
      if (said.is === 'none' || (said.is === 'records' && said.records.length === 0)) cost.voids += 1
      if (asked.isFollowed && said.is === 'records')
        waiting.push(...said.records.filter(one => /^v=spf1( |$)/i.test(one)).slice(0, 1))
    }
  }
  return cost
}

function questionOf(term: string): { name: string; type: 'A' | 'MX' | 'TXT'; isFollowed: boolean } | null {
  const [, mechanism = '', value = ''] = /^[+?~-]?([a-z]+)(?:[:=]([^/]*))?/i.exec(term) ?? []
  const name = value.toLowerCase().replace(/\.$/, '')
  if (/^(include|redirect)$/i.test(mechanism)) return { name, type: 'TXT', isFollowed: true }
  if (/^(a|exists|ptr)$/i.test(mechanism)) return { name, type: 'A', isFollowed: false }
  return /^mx$/i.test(mechanism) ? { name, type: 'MX', isFollowed: false } : null
}
