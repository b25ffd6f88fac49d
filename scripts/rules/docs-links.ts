/** Every relative link in a Markdown file leads to a file or folder of the tree, and its #anchor to a heading. */
import { posix } from 'node:path'
import { type Finding, lineAt, type SourceTree } from './rule.ts'

const link = /\]\(\s*([^)\s]+)[^)]*\)/g

export function checkDocsLinks(tree: SourceTree): Finding[] {
  const places = new Set([...tree.keys()].flatMap(withFolders))
  return [...tree]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      [...withoutCode(text).matchAll(link)].flatMap(match => {
        const target = match[1] ?? ''
        if (/^[a-z]+:/.test(target)) return []
        const says = objection({ target, path, places, tree })
        return says ? [{ level: 'error' as const, at: `${path}:${lineAt(text, match.index)}`, says }] : []
      }),
    )
}

function objection(o: {
  target: string
  path: string
  places: ReadonlySet<string>
  tree: SourceTree
}): string | null {
  const [file = '', anchor] = o.target.split('#')
  const to = file === '' ? o.path : posix.join(posix.dirname(o.path), file).replace(/\/$/, '')
  if (!o.places.has(to)) return `${o.target} leads nowhere`
  const text = o.tree.get(to)
  if (!anchor || text === undefined || !to.endsWith('.md')) return null
  return headings(text).has(anchor) ? null : `${to} has no heading #${anchor}`
}

/** The anchors that forges make of headings: lower case, no punctuation, spaces to hyphens. */
function headings(text: string): Set<string> {
  const titles = [...withoutCode(text).matchAll(/^#+\s+(.+)$/gm)].map(match => match[1] ?? '')
  return new Set(
    titles.map(title =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  )
}

/** Code keeps its length and lines, so that offsets stay true; only what it says is blanked. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, blank).replace(/`[^`\n]*`/g, blank)
}
const blank = (code: string): string => code.replace(/[^\n]/g, ' ')

function withFolders(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, count) => parts.slice(0, count + 1).join('/'))
}
