/**
 * `npm run lock`: after `npm install`, gives every optional package of another platform its
 * entry in package-lock.json. npm leaves out those that its registry could not answer for, and `npm ci` then
 * refuses the lock ("Missing: … from lock file"). An entry made here has no integrity: only machines of that
 * platform ever fetch it. Prints how many entries were added; a second run adds none.
 */
import { readFileSync, writeFileSync } from 'node:fs'

export interface LockedPackage {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
export interface Lockfile {
  packages: Record<string, LockedPackage>
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']

/** The lock with an entry for each optional package that had none, keys in npm's order; and their names. */
export function completeLockfile(lock: Lockfile): { lock: Lockfile; added: string[] } {
  const packages = { ...lock.packages }
  const added: string[] = []
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue
      packages[`node_modules/${name}`] = foreignPackage(name, version, parent.dev === true)
      added.push(name)
    }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added }
}

/** Reads system, processor and C library from a name such as `@oxlint/binding-linux-arm64-musl`. */
function foreignPackage(name: string, version: string, dev: boolean): LockedPackage {
  const words = name.split(/[/-]/)
  const os = systems.find(system => words.includes(system))
  const cpu = processors.find(processor => words.includes(processor))
  // WebAssembly runs on every system and is bound to its processor alone.
  if (!cpu || (!os && cpu !== 'wasm32') || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name}@${version} is missing from package-lock.json and is not bound to a platform`)
  }
  const libc = words.some(word => word.startsWith('musl'))
    ? ['musl']
    : words.some(word => word.startsWith('gnu'))
      ? ['glibc']
      : undefined
  return {
    ...{ version, cpu: [cpu], ...(dev && { dev }), ...(libc && { libc }), optional: true },
    ...(os && { os: [os] }),
  }
}

if (import.meta.main) {
  const path = new URL('../package-lock.json', import.meta.url)
  const { lock, added } = completeLockfile(JSON.parse(readFileSync(path, 'utf8')))
  if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: ${added.length} entries of other platforms added`)
}
