const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => entities[sign] ?? sign)

const page = /\b(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,}(?:\/[^\s<]*)?(?![\w@])/gi

/** Lines, **bold** and addresses of pages as html; anything else stands as it was written. */
export function htmlOfSignature(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map(line =>
      line
        .split(/(\*\*[^*]+\*\*)/)
        .map(markedUp)
        .join(''),
    )
    .join('<br>')
}

function markedUp(part: string): string {
  const bold = /^\*\*([^*]+)\*\*$/.exec(part)?.[1]
  return bold === undefined ? linked(part) : `<b>${linked(bold)}</b>`
}

/** Mail addresses stay text: mail programs link them by themselves. */
function linked(text: string): string {
  return text
    .split(/(\S+@\S+)/)
    .map(part =>
      part.includes('@')
        ? escaped(part)
        : escaped(part).replace(
            page,
            found => `<a href="${/^https?:/i.test(found) ? found : `https://${found}`}">${found}</a>`,
          ),
    )
    .join('')
}

/** The same back for editing. Html that was made elsewhere loses what cannot be written here, once it is changed. */
export function textOfSignature(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const lineBreak of page.querySelectorAll('br')) lineBreak.replaceWith('\n')
  for (const block of page.querySelectorAll('p,div,li,tr')) block.append('\n')
  for (const bold of page.querySelectorAll('b,strong')) bold.replaceWith(`**${bold.textContent}**`)
  return (page.body.textContent ?? '').trimEnd()
}
