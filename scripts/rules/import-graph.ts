/**
 * Who imports whom, type-only imports included. A scanner for the forms that the formatter leaves in this
 * repository: imports and re-exports start a line, dynamic ones stand anywhere. TypeScript 7 has no JavaScript API to
 * ask, and erased imports have left no trace in compiled code.
 */
import { posix } from 'node:path'
import { isSource, lineAt, type SourceTree } from './rule.ts'

export interface Import {
  readonly from: string
  /** A path of the tree, or null for a package or built-in module, named by `specifier`. */
  readonly to: string | null
  readonly specifier: string
  readonly line: number
}

const names = String.raw`(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\}|[\w$]+)`
const fromClause = new RegExp(
  String.raw`^(?:import|export)\s+(?:type\s+)?${names}(?:\s*,\s*${names})?\s+from\s*['"]([^'"]+)['"]`,
  'gm',
)
const bare = /^import\s*['"]([^'"]+)['"]/gm
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g

/** All imports of all source files; an import of a file that does not exist is left to the compiler. */
export function importsOf(tree: SourceTree): Import[] {
  const doors = packageDoors(tree)
  return [...tree]
    .filter(([path]) => isSource(path))
    .flatMap(([from, text]) =>
      [fromClause, bare, dynamic].flatMap(form =>
        [...text.matchAll(form)].map(match => {
          const specifier = match[1] ?? ''
          return { from, specifier, to: resolve({ from, specifier, doors }), line: lineAt(text, match.index) }
        }),
      ),
    )
}

function resolve(o: { from: string; specifier: string; doors: ReadonlyMap<string, string> }): string | null {
  if (o.specifier.startsWith('.')) return posix.join(posix.dirname(o.from), o.specifier)
  return o.doors.get(o.specifier) ?? null
}

/** `@fairlead/bounce/reasons` → packages/bounce/src/reasons/list.ts, from the exports of our own packages. */
function packageDoors(tree: SourceTree): Map<string, string> {
  const doors = new Map<string, string>()
  for (const [path, text] of tree) {
    if (posix.basename(path) !== 'package.json') continue
    const { name, exports } = JSON.parse(text) as { name?: string; exports?: Record<string, string> }
    for (const [door, file] of Object.entries(exports ?? {})) {
      doors.set(posix.join(name ?? '', door), posix.join(posix.dirname(path), file))
    }
  }
  return doors
}
