const listLevel = /mso-list:[^;"']*level(\d)/i
const numberedMark = /^[\s\u00a0]*(?:\d+|[a-z]|[ivx]+)[.)]/i

/**
 * HTML from the clipboard as the editor can take it: Word's lists become lists, its comments, styles and empty
 * paragraphs go, and Google's wrapper. What the editor knows no word for falls away when it reads this.
 */
export function cleanPasted(html: string): string {
  const page = new DOMParser().parseFromString(stripHead(html), 'text/html')
  const { body } = page
  for (const one of body.querySelectorAll('style, script, meta, link, title, xml, iframe, object'))
    one.remove()
  removeComments(page)
  for (const one of [...body.querySelectorAll('*')])
    if (one.localName.includes(':')) one.replaceWith(...one.childNodes)
  makeLists(body)
  for (const wrapper of body.querySelectorAll('b[id^="docs-internal-guid"]')) {
    wrapper.replaceWith(...wrapper.childNodes)
  }
  for (const picture of body.querySelectorAll('img')) {
    // A picture of another host would be asked for from there, one of a file system is nowhere.
    if (!picture.getAttribute('src')?.startsWith('cid:')) picture.remove()
  }
  return body.innerHTML
}

/** Word sends megabytes of style before the text. */
const stripHead = (html: string): string => {
  const start = html.search(/<body[\s>]/i)
  return start < 0 ? html : html.slice(start)
}

function removeComments(page: Document): void {
  const walker = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT)
  const comments: Node[] = []
  while (walker.nextNode()) comments.push(walker.currentNode)
  for (const comment of comments) comment.parentNode?.removeChild(comment)
}

/** Word writes a list as paragraphs that only look like one. */
function makeLists(body: HTMLElement): void {
  let list: HTMLElement | null = null
  for (const line of [...body.querySelectorAll('p')]) {
    if (!listLevel.test(line.getAttribute('style') ?? '')) {
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
  for (const mark of line.querySelectorAll('[style*="mso-list:Ignore" i], [style*="mso-list: Ignore" i]'))
    mark.remove()
  const first = line.ownerDocument.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode()
  if (first)
    first.nodeValue = (first.nodeValue ?? '').replace(
      /^[\s\u00a0]*(?:[·•o§▪]|(?:\d+|[a-z])[.)])[\s\u00a0]+/i,
      '',
    )
  const item = line.ownerDocument.createElement('li')
  item.append(...line.childNodes)
  return item
}
