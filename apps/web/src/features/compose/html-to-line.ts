import { readHtml } from '../../ui/editor/read-html.ts'

/** The beginning of a text in HTML as one line. */
export function htmlToLine(html: string): string {
  let text = ''
  readHtml(html.slice(0, 2_000), body => {
    text = body.textContent
  })
  return text.replace(/\s+/g, ' ').trim().slice(0, 160)
}
