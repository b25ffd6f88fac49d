const bracketed = /<([^<>\s@]{1,200}@[^<>\s@]{1,255}|"[^"<>]{1,200}"@[^<>\s@]{1,255})>/
// A domain that begins in letters of Europe ends where Chinese, Japanese or Korean follows without a blank.
const bare =
  /(?:"[^"\s]{1,200}"|[^\s"<>()[\],:;@'*=|\u3000-\u303f\uff00-\uff20][^\s"<>()[\],:;@|\u3000-\u303f\uff00-\uff20]{0,199})@(?:\[[0-9a-fA-F.:IPv]{3,60}\]|[^\s"<>()[\],:;@'|/\\\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uff20]{1,255}|[^\s"<>()[\],:;@'|/\\\u3000-\u303f\uff00-\uff20]{1,255})/
const sourceRoute = /^@[^\s<>:]{1,255}:/

/** Trailing characters that end a sentence rather than a domain. */
const afterDomain = /[.,;:!?'"`*>=\])}]+$/

/** Lower-cases the domain, strips what notices put around an address; an empty string when none is left. */
export function cleanAddress(raw: string): string {
  let text = raw.trim()
  if (text.startsWith('<') && text.endsWith('>')) text = text.slice(1, -1).trim()
  text = text
    .replace(/^mailto:/i, '')
    .replace(sourceRoute, '')
    .replace(afterDomain, '')
  const at = text.lastIndexOf('@')
  // A masked domain is none: `********@***.example`.
  if (at <= 0 || at === text.length - 1 || text.includes('*', at)) return ''
  let local = text.slice(0, at)
  // A quoted local part that needs no quotes is the same address without them (RFC 5321 §4.1.2).
  const unquoted = /^"([^"\\\s@]{1,200})"$/.exec(local)?.[1]
  if (
    unquoted !== undefined &&
    !unquoted.startsWith('.') &&
    !unquoted.endsWith('.') &&
    !unquoted.includes('..')
  )
    local = unquoted
  return `${local}@${text.slice(at + 1).toLowerCase()}`
}

/** The first address in a piece of text, cleaned; an empty string when there is none. */
export function findAddress(text: string): string {
  if (!text.includes('@')) return ''
  const clipped = text.length > 2000 ? text.slice(0, 2000) : text
  const inBrackets = bracketed.exec(clipped)?.[1]
  if (inBrackets !== undefined) return cleanAddress(inBrackets)
  const found = bare.exec(clipped)?.[0]
  return found === undefined ? '' : cleanAddress(found)
}

/** Every address in a piece of text, in order, without duplicates; at most `limit`. */
export function findAddresses(text: string, limit = 500): string[] {
  if (!text.includes('@')) return []
  const found = new Set<string>()
  const clipped = text.length > 200_000 ? text.slice(0, 200_000) : text
  for (const match of clipped.matchAll(new RegExp(bare.source, 'g'))) {
    const address = cleanAddress(match[0])
    if (address !== '') found.add(address)
    if (found.size >= limit) break
  }
  return [...found]
}
