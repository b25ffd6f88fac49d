import { readHtml } from './read-html.ts'

const listLevel = /mso-list:[^;"']*level(\d)/i
const ownMark = /mso-list:\s*Ignore/i
const numberedMark = /^[\s\u00a0]*(?:\d+|[a-z]|[ivx]+)[.)]/i
const anyMark = /^[\s\u00a0]*(?:[·•o§▪]|(?:\d+|[a-z])[.)])[\s\u00a0]+/i

/**
 * HTML from the clipboard as the editor can take it: Word's lists become lists, its comments, styles and made-up
 * elements go. What the editor knows no word for falls away when it reads this. Pictures stay where they are parts of
 * the email, and with 'data' also where their bytes come along.
 */
export function cleanPasted(html: string, keeps: 'parts' | 'data'): string {
  return readHtml(stripHead(html), body => {
    for (const one of body.querySelectorAll('style, script, meta, link, title, xml, iframe, object'))
      one.remove()
    for (const one of [...body.querySelectorAll('*')]) {
      if (one.localName.includes(':')) one.replaceWith(...one.childNodes)
    }
    makeLists(body)
    // A picture of another host would be asked for from there, one of a file system is nowhere.
    // What was copied here names its pictures as `withPictures` finds them.
    for (const own of body.querySelectorAll<HTMLElement>('img[data-source]'))
      own.setAttribute('src', own.dataset.source ?? '')
    const kept = keeps === 'data' ? '[src^="cid:"], [src^="data:image/"]' : '[src^="cid:"]'
    for (const picture of body.querySelectorAll(`img:not(${kept})`)) picture.remove()
  })
}

/** Word sends megabytes of style before the text. */
const stripHead = (html: string): string => {
  const start = html.search(/<body[\s>]/i)
  return start < 0 ? html : html.slice(start)
}

const styleOf = (element: Element): string => element.getAttribute('data-style') ?? ''

/** Word writes a list as paragraphs that only look like one. */
function makeLists(body: HTMLElement): void {
  let list: HTMLElement | null = null
  for (const line of [...body.querySelectorAll('p')]) {
    if (!listLevel.test(styleOf(line))) {
      list = null
      continue
    }
    const kind = numberedMark.test(line.textContent) ? 'ol' : 'ul'
    if (list === null || list.localName !== kind || list.nextElementSibling !== line) {
      list = body.ownerDocument.createElement(kind)
      line.before(list)
    }
    list.append(itemOf(line))
    line.remove()
  }
}

function itemOf(line: HTMLElement): HTMLElement {
  for (const mark of line.querySelectorAll('[data-style]')) if (ownMark.test(styleOf(mark))) mark.remove()
  const first = line.ownerDocument.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode()
  if (first) first.nodeValue = (first.nodeValue ?? '').replace(anyMark, '')
  const item = line.ownerDocument.createElement('li')
  item.append(...line.childNodes)
  return item
}
