const invisible = /<(style|script|head|title)\b[^>]{0,2000}>/gi
const lineBreaking = /<(?:br|\/p|\/div|\/tr|\/li|\/h[1-6]|\/table|hr)\b[^>]{0,2000}>/gi
const anyTag = /<[^<>]{0,4000}>/g
const entity = /&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,8});/gi

const namedEntities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
}

function decodeEntity(whole: string, name: string): string {
  const known = namedEntities[name.toLowerCase()]
  if (known !== undefined) return known
  if (!name.startsWith('#')) return whole
  const hex = name[1] === 'x' || name[1] === 'X'
  const point = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10)
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ''
}

/** Removes elements whose content nobody sees. Each close tag is looked for once, forward only: linear. */
function dropInvisible(html: string): string {
  const lower = html.toLowerCase()
  let out = ''
  let at = 0
  invisible.lastIndex = 0
  for (let match = invisible.exec(html); match !== null; match = invisible.exec(html)) {
    out += html.slice(at, match.index)
    const close = lower.indexOf(`</${(match[1] ?? '').toLowerCase()}`, invisible.lastIndex)
    // Never closed: the rest is shown, as browsers do for all but scripts. No second search, or time is quadratic.
    if (close < 0) return out + html.slice(invisible.lastIndex)
    at = close
    invisible.lastIndex = Math.max(at, invisible.lastIndex)
  }
  return out + html.slice(at)
}

const preformatted = /<(\/?)pre\b/gi

/** In preformatted text a line end is a line end: the header of the returned message stands in it. */
function keepLines(html: string): string {
  let out = ''
  let at = 0
  let isOpen = false
  for (const match of html.matchAll(preformatted)) {
    const piece = html.slice(at, match.index)
    out += isOpen ? piece.replaceAll('\n', '<br>') : piece
    at = match.index
    isOpen = match[1] === ''
  }
  return out + html.slice(at)
}

/**
 * The words of an HTML part, lines where blocks end. For reading notices only: addresses in angle brackets
 * that some systems forget to escape survive, since a tag begins with a letter, `/` or `!` and an address
 * holds `@`.
 */
export function htmlToText(html: string): string {
  return keepLines(dropInvisible(html))
    .replace(/\s+/g, ' ')
    .replace(lineBreaking, '\n')
    .replace(anyTag, tag => (/^<[^\s<>@]+@[^\s<>@]+>$/.test(tag) ? tag : ''))
    .replace(entity, decodeEntity)
    .replaceAll('\u00a0', ' ')
}
