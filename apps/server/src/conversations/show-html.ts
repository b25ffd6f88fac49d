import sanitize from 'sanitize-html'
import type { ReadMessage } from './read-mime.ts'

const tags =
  'a abbr address b blockquote br caption center cite code col colgroup dd del div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr u ul'
const pictures = /^image\/(?:png|jpeg|gif|webp)$/
const mostPictureBytes = 2_000_000
// Comments and escapes hide too much: a style with any of these goes whole.
const activeStyle = /url\s*\(|image-set|expression|javascript:|behavior|binding|@import|\\|\/\*/i

type Attributes = Record<string, string>

/**
 * Html of a message as it may be shown: nothing runs, nothing is loaded from elsewhere. Pictures that came with the
 * message stay; others leave their place empty, so that no sender learns that somebody looked.
 */
export function showHtml({ html, files }: Pick<ReadMessage, 'html' | 'files'>): string | null {
  if (html === null) return null
  return sanitize(html, {
    allowedTags: tags.split(' '),
    allowedAttributes: {
      '*': 'style align valign bgcolor dir lang title width height border'.split(' '),
      a: ['href', 'target', 'rel'],
      img: ['src', 'alt', 'width', 'height'],
      font: ['color', 'face', 'size'],
      table: ['cellpadding', 'cellspacing'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
      ol: ['start', 'type'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    nestingLimit: 100,
    nonTextTags: 'script style textarea option noscript title iframe object embed svg math template'.split(
      ' ',
    ),
    transformTags: {
      '*': (tagName, attribs) => ({ tagName, attribs: safeStyle(attribs) }),
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...safeStyle(attribs), target: '_blank', rel: 'noopener noreferrer nofollow' },
      }),
      img: (tagName, attribs) => ({ tagName, attribs: safeImage(attribs, files) }),
    },
  })
}

function safeStyle(attribs: Attributes): Attributes {
  if (attribs.style === undefined || !activeStyle.test(attribs.style)) return attribs
  const { style: _left, ...rest } = attribs
  return rest
}

function safeImage(attribs: Attributes, files: ReadMessage['files']): Attributes {
  const { src = '', ...rest } = safeStyle(attribs)
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i.test(src)) return { ...rest, src }
  const wanted = /^cid:(.+)$/i.exec(src)?.[1]
  const file = files.find(one => one.contentId !== '' && one.contentId === wanted)
  if (file === undefined || !pictures.test(file.contentType) || file.bytes.length > mostPictureBytes)
    return rest
  return { ...rest, src: `data:${file.contentType};base64,${Buffer.from(file.bytes).toString('base64')}` }
}

/** A whole page for a sandboxed frame. */
export function showPage(message: Pick<ReadMessage, 'html' | 'text' | 'files'>): string {
  const inside = showHtml(message) ?? `<pre style="white-space:pre-wrap">${escapeHtml(message.text)}</pre>`
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Message</title></head><body>${inside}</body></html>`
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, sign => signs[sign] ?? '')
