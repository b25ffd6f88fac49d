import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { PlainError } from '../plain-error.ts'

/** Whom the database server runs as; null: as ourselves, because we are not root. */
export type RunAs = { uid: number; gid: number } | null

// Its own user first; then Debian's, which is made for this; then the one that every Unix has.
const candidates = ['fairlead', 'postgres', '_postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root. A cluster that exists stays with the user who owns it; a new one goes to the
 * first of `fairlead`, `postgres` and `nobody` that this machine knows (initdb wants a line in /etc/passwd).
 */
export function chooseUser(cluster: string): RunAs {
  const self = process.getuid?.()
  if (self === undefined) {
    throw new PlainError(
      'The built-in database does not run on Windows. Set FAIRLEAD_DATABASE_URL to a PostgreSQL 15 or newer, or use WSL.',
    )
  }
  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (self !== 0) {
    if (owner && owner.uid !== self) {
      throw new PlainError(
        `The database in ${cluster} belongs to user id ${owner.uid}, and Fairlead runs as ${self}. Start Fairlead as that user (or as root), or choose another FAIRLEAD_DATA.`,
      )
    }
    return null
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return firstKnown()
}

function firstKnown(): RunAs {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of candidates) {
    const fields = lines.find(line => line.startsWith(`${name}:`))?.split(':')
    const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])]
    if (fields && uid > 0 && gid > 0) return { uid, gid }
  }
  throw new PlainError(
    'PostgreSQL does not run as root, and this machine has no user "fairlead", "postgres" or "nobody". Create one (useradd --system fairlead), run Fairlead as an ordinary user, or set FAIRLEAD_DATABASE_URL.',
  )
}

/** Asks the kernel, not the permission bits: can that user use all of these paths? */
export function canReach(user: RunAs, paths: { executables?: string[]; folders?: string[] }): boolean {
  if (!user) return true
  const tests = [
    ...(paths.executables ?? []).map(() => 'test -x "$1" && "$1" --version >/dev/null 2>&1 && shift'),
    ...(paths.folders ?? []).map(() => 'cd "$1" 2>/dev/null && shift'),
  ]
  const args = ['-c', tests.join(' && '), 'sh', ...(paths.executables ?? []), ...(paths.folders ?? [])]
  return spawnSync('/bin/sh', args, { ...user, cwd: '/', env: {}, stdio: 'ignore' }).status === 0
}
