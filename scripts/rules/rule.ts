/** What every rule of `npm run check` takes and gives: the files of the repository in, findings out. */
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Path from the root of the repository, with forward slashes, to the text; of a picture the text is empty. */
export type SourceTree = ReadonlyMap<string, string>

export interface Finding {
  /** An error fails the check; a warning is printed and asks for a look. */
  readonly level: 'error' | 'warning'
  /** Path, or path:line. */
  readonly at: string
  readonly says: string
}
export type Rule = (tree: SourceTree) => Finding[]

/** Built, installed or made at run time. */
const foreign = new Set(['node_modules', 'dist', 'coverage', 'output', 'corpus'])
const textual =
  /\.(ts|tsx|mjs|js|json|md|sql|sh|css|html|ya?ml|toml|po)$|^LICENSE$|^\.ci\/|^\.npmrc$|^\.gitignore$/
/** Documents show them, so they have to be there; nothing in them is read. */
const picture = /\.(webp|png|svg)$/

/** Reads all text files of our own below `root`, and where its pictures are. Hidden folders other than .ci are nobody's source. */
export function readTree(root: string): SourceTree {
  const isOurs = (entry: Dirent) =>
    !foreign.has(entry.name) && (!entry.name.startsWith('.') || entry.name === '.ci')
  const read = (folder: string): [string, string][] =>
    readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
      const absolute = join(folder, entry.name)
      if (entry.isDirectory()) return isOurs(entry) ? read(absolute) : []
      const path = relative(root, absolute).split(sep).join('/')
      if (picture.test(path)) return [[path, '']]
      return textual.test(path) ? [[path, readFileSync(absolute, 'utf8')]] : []
    })
  if (!existsSync(join(root, 'package.json'))) throw new Error(`${root} is not the root of the repository`)
  return new Map(read(root).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export const isSource = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path)
export const isTest = (path: string): boolean => /\.test\.tsx?$|(^|\/)(test|testing|e2e|bench)\//.test(path)

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
