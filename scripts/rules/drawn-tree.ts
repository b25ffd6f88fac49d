/** The tree that ARCHITECTURE.md draws is the tree that is there. */
import type { Finding, SourceTree } from './rule.ts'

const document = 'ARCHITECTURE.md'
const drawing = /<!-- tree -->\s*```\w*\n([\s\S]*?)```/

/** Compares two levels below the root, and the folders of apps/server/src, with the drawing, both ways. */
export function checkDrawnTree(tree: SourceTree): Finding[] {
  const drawn = drawnFolders(drawing.exec(tree.get(document) ?? '')?.[1] ?? '')
  const real = realFolders(tree)
  const finding = (says: string): Finding => ({ level: 'error', at: document, says })
  return [
    ...[...real].filter(folder => !drawn.has(folder)).map(folder => finding(`the tree lacks ${folder}/`)),
    ...[...drawn]
      .filter(folder => !real.has(folder))
      .map(folder => finding(`${folder}/ is drawn and does not exist`)),
  ]
}

/** Each line is indented by two spaces a level and begins with a path that ends in a slash. */
function drawnFolders(text: string): Set<string> {
  const folders = new Set<string>()
  const parents: string[] = []
  for (const line of text.split('\n')) {
    const [, indent = '', name] = /^( *)([\w./-]+)\/(?:\s|$)/.exec(line) ?? []
    if (name === undefined) continue
    const level = indent.length / 2
    const path = [...parents.slice(0, level), name].join('/')
    parents.splice(level, Number.POSITIVE_INFINITY, name)
    for (const folder of upTo(path, 4)) if (isDrawn(folder)) folders.add(folder)
  }
  return folders
}

function realFolders(tree: SourceTree): Set<string> {
  const folders = [...tree.keys()].flatMap(path => upTo(path.split('/').slice(0, -1).join('/'), 4))
  return new Set(folders.filter(isDrawn))
}

const isDrawn = (folder: string): boolean =>
  !folder.startsWith('.') && (folder.split('/').length <= 2 || /^apps\/server\/src\/[^/]+$/.test(folder))

/** `a/b/c` → a, a/b, a/b/c; at most `depth` of them. */
function upTo(path: string, depth: number): string[] {
  const parts = path === '' ? [] : path.split('/')
  return parts.slice(0, depth).map((_, count) => parts.slice(0, count + 1).join('/'))
}
