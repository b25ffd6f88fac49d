import sanitize from 'sanitize-html'

/**
 * Composed HTML as it may be stored, shown and sent: what email clients render, without anything that runs, loads by
 * itself (other than images) or leaves the page. Styles stay, because tables and colours of a signature live in them.
 */
const options: sanitize.IOptions = {
  allowedTags: [
    ...[
      'a',
      'abbr',
      'address',
      'b',
      'blockquote',
      'br',
      'caption',
      'center',
      'cite',
      'code',
      'col',
      'colgroup',
      'dd',
    ],
    ...[
      'del',
      'div',
      'dl',
      'dt',
      'em',
      'figcaption',
      'figure',
      'font',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'hr',
      'i',
    ],
    ...[
      'img',
      'ins',
      'kbd',
      'li',
      'mark',
      'ol',
      'p',
      'pre',
      'q',
      's',
      'small',
      'span',
      'strike',
      'strong',
      'sub',
      'sup',
    ],
    ...['table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul'],
  ],
  allowedAttributes: {
    '*': [
      'style',
      'align',
      'valign',
      'bgcolor',
      'dir',
      'lang',
      'title',
      'width',
      'height',
      'border',
      'class',
    ],
    a: ['href', 'name', 'target', 'rel'],
    img: ['src', 'alt', 'width', 'height'],
    font: ['color', 'face', 'size'],
    table: ['cellpadding', 'cellspacing', 'role'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    ol: ['start', 'type'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'] },
  allowProtocolRelative: false,
  // Content that is code goes as a whole; of other unknown tags the text stays.
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'iframe',
    'object',
    'embed',
    'svg',
    'math',
    // Islands that Word pastes: settings, not text.
    'xml',
    'meta',
    'link',
  ],
  exclusiveFilter: frame =>
    frame.tag === 'img' && /^data:(?!image\/(?:png|jpeg|gif|webp);base64,)/i.test(frame.attribs.src ?? ''),
  transformTags: {
    '*': (tagName, attribs) => ({ tagName, attribs: withoutOffice(withSafeStyle(attribs)) }),
    // Google Docs wraps what it copies into a bold that is not bold.
    b: (_, attribs) => {
      const clean = withoutOffice(withSafeStyle(attribs))
      const isBold = !/(?:^|;)\s{0,9}font-weight:\s{0,9}(?:normal|400)/i.test(clean.style ?? '')
      return { tagName: isBold ? 'b' : 'span', attribs: clean }
    },
  },
}

const activeStyle =
  /expression\s*\(|javascript:|vbscript:|behavior\s*:|-moz-binding|@import|url\s*\(\s*['"]?\s*(?!https?:|cid:|data:image\/)/i

// Nobody writes longer ones, and looking through one takes the square of its length.
const longestStyle = 10_000

/** A style that could run or load something other than an image is dropped whole: comments and escapes hide too much. */
function withSafeStyle(attribs: Record<string, string>): Record<string, string> {
  const style = attribs.style
  if (style === undefined) return attribs
  if (style.length > longestStyle) return withoutStyle(attribs)
  const plain = style.replace(/\/\*.*?\*\//gs, '')
  if (!activeStyle.test(plain) && !plain.includes('\\')) return attribs
  return withoutStyle(attribs)
}

function withoutStyle({ style: _dropped, ...rest }: Record<string, string>): Record<string, string> {
  return rest
}

const officeStyle = /(^|;)\s*(?:mso-|tab-stops|page-break-|panose-|layout-grid)[^;]*/gi
const officeClass = /(?:^|\s)(?:Mso\w*|docs-\w[\w-]*|Apple-\w[\w-]*)(?=\s|$)/g

/** Word's and Google Docs' own styles and classes, which mean something to them alone. */
function withoutOffice(attribs: Record<string, string>): Record<string, string> {
  const { class: className, style, ...rest } = attribs
  const names = className?.replace(officeClass, '').trim()
  const rules = style
    ?.replace(officeStyle, '$1')
    .replace(/^[;\s]+/, '')
    .trim()
  return { ...rest, ...(names ? { class: names } : {}), ...(rules ? { style: rules } : {}) }
}

export function sanitiseHtml(html: string): string {
  return sanitize(html, options)
}
