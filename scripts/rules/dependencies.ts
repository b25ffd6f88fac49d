/** What we build on: pinned to exact versions, whole in the lock, permissively licensed. */
import { completeLockfile, type Lockfile } from '../complete-lockfile.ts'
import type { Finding, SourceTree } from './rule.ts'

const permissive = new Set(
  'MIT MIT-0 ISC BSD-2-Clause BSD-3-Clause 0BSD Apache-2.0 BlueOak-1.0.0 Unlicense CC0-1.0 Python-2.0 PostgreSQL Zlib'.split(
    ' ',
  ),
)
/** Typefaces have a licence of their own: free to use, embed and pass on with a product. */
permissive.add('OFL-1.1')
/** Tools that stay on the developer's machine may be weakly copyleft. */
const fineForTools = new Set([...permissive, 'MPL-2.0', 'CC-BY-4.0', 'CC-BY-3.0'])

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

/** A range would let two installs differ; what is meant is the version that was tried. */
export function checkPinned(tree: SourceTree): Finding[] {
  return [...tree]
    .filter(([path]) => /(^|\/)package\.json$/.test(path))
    .flatMap(([path, text]) => {
      const own = JSON.parse(text) as Partial<Record<(typeof kinds)[number], Record<string, string>>>
      return kinds
        .flatMap(kind => Object.entries(own[kind] ?? {}))
        .flatMap(([name, version]) =>
          /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)
            ? []
            : [{ level: 'error' as const, at: path, says: `${name} is not pinned: "${version}"` }],
        )
    })
}

/** npm ci refuses a lock that lacks another platform's optional package. */
export function checkLockIsWhole(tree: SourceTree): Finding[] {
  const { added } = completeLockfile(readLock(tree))
  return added.map(name => ({
    level: 'error' as const,
    at: 'package-lock.json',
    says: `${name} is missing: run npm run lock`,
  }))
}

interface LockedLicence {
  readonly link?: boolean
  readonly resolved?: string
  readonly license?: unknown
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { optional?: boolean }>
}
type Locked = Readonly<Record<string, LockedLicence>>

/** `installedLicence` reads an installed package's own words (a path below node_modules); null if not installed. */
export function checkLicences(tree: SourceTree, installedLicence: (path: string) => unknown): Finding[] {
  const packages: Locked = readLock(tree).packages
  const ships = shippedPaths(packages)
  return Object.entries(packages).flatMap(([path, one]) => {
    if (!path.includes('node_modules/') || one.link) return []
    const licence = licenceText(installedLicence(path) ?? one.license)
    const isUnseenTool = licence === '' && !ships.has(path)
    if (isUnseenTool || isAllowed(licence, ships.has(path) ? permissive : fineForTools)) return []
    return [
      { level: 'error' as const, at: path, says: `licence "${licence}" is not among the permitted ones` },
    ]
  })
}

/**
 * What our own packages need to run, and what that needs. npm's own marks will not do: it counts a test runner as
 * shipped where a shipped package names it as an optional peer.
 */
function shippedPaths(packages: Locked): Set<string> {
  const shipped = new Set(Object.keys(packages).filter(path => !path.includes('node_modules/')))
  for (const path of shipped) {
    const one = packages[path] ?? {}
    const peers = Object.keys(one.peerDependencies ?? {}).filter(
      peer => one.peerDependenciesMeta?.[peer]?.optional !== true,
    )
    const names = [...Object.keys({ ...one.dependencies, ...one.optionalDependencies }), ...peers]
    for (const found of names.map(name => lookUp(packages, { from: path, name }))) {
      if (found !== null) shipped.add(found)
    }
  }
  return shipped
}

/** Node's way of finding a package: the nearest node_modules above. */
function lookUp(packages: Locked, { from, name }: { from: string; name: string }): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (packages[path]) return path
    if (folder === '') return null
  }
}

function readLock(tree: SourceTree): Lockfile {
  return JSON.parse(tree.get('package-lock.json') ?? '{"packages":{}}') as Lockfile
}

/** Old packages say `{ type: 'MIT' }` or list several to choose from. */
function licenceText(said: unknown): string {
  if (typeof said === 'string') return said
  if (Array.isArray(said)) return said.map(licenceText).join(' OR ')
  return said && typeof said === 'object' && 'type' in said ? licenceText(said.type) : ''
}

/** SPDX expressions without exceptions: one alternative of OR will do, all parts of AND are needed. */
function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const flat = expression.replace(/^\((.*)\)$/, '$1').trim()
  return flat
    .split(/\s+OR\s+/)
    .some(choice => choice.split(/\s+AND\s+/).every(one => allowed.has(one.replace(/[()]/g, ''))))
}
