/**
 * HTML without inline styles and handlers, which the page's content policy would refuse one by one and complain of:
 * bold, italic and underlined by style become elements, everything else of a style goes. `change` sees the styles as
 * data-style.
 */
export function readHtml(html: string, change: (body: HTMLElement) => void = () => undefined): string {
  const { body } = new DOMParser().parseFromString(html.replace(/<[a-z][^>]*>/gi, quietTag), 'text/html')
  change(body)
  for (const element of [...body.querySelectorAll('[data-style]')]) {
    const style = element.getAttribute('data-style') ?? ''
    element.removeAttribute('data-style')
    if (/^(b|strong)$/.test(element.localName) && /font-weight:\s*(normal|400)/i.test(style)) {
      element.replaceWith(...element.childNodes)
    } else for (const [wanted, name] of marks) if (wanted.test(style)) wrapContent(element, name)
  }
  return body.innerHTML
}

const marks = [
  [/font-weight:\s*(bold|[6-9]00)/i, 'strong'],
  [/font-style:\s*italic/i, 'em'],
  [/text-decoration[^;]*:[^;]*underline/i, 'u'],
] as const

/** A start tag with its style and handlers under names that do nothing. */
const quietTag = (tag: string): string =>
  tag.replace(/([\s"'/])style\s*=/gi, '$1data-style=').replace(/([\s"'/])on\w+\s*=/gi, '$1data-on=')

function wrapContent(element: Element, name: 'strong' | 'em' | 'u'): void {
  // Blocks keep their blocks: only what is inline can be inside a mark.
  if (name === 'u' && element.closest('a')) return
  if (element.querySelector('p, div, ul, ol, li, blockquote, table')) return
  const mark = element.ownerDocument.createElement(name)
  mark.append(...element.childNodes)
  element.append(mark)
}
