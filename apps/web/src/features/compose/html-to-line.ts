/** The beginning of a text in HTML as one line. */
export const htmlToLine = (html: string): string =>
  (
    new DOMParser().parseFromString(html.slice(0, 2_000).replace(/ style="[^"]*"/g, ''), 'text/html').body
      .textContent ?? ''
  )
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160)
