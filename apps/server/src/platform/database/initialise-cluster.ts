import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { PlainError } from '../plain-error.ts'
import { explainStartFailure } from './explain-start-failure.ts'
import { embeddedMajor } from './postgres-binaries.ts'
import type { PostgresPlace } from './postgres-place.ts'

/**
 * Written into postgresql.conf once; an operator may change them there. One small machine, and nothing that a
 * commit promised may be lost. Logs never hold parameters or rows: they contain what people write.
 */
const settings: Readonly<Record<string, string>> = {
  max_connections: '60',
  shared_buffers: '128MB',
  synchronous_commit: 'on',
  wal_compression: 'on',
  max_wal_size: '2GB',
  min_wal_size: '128MB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  max_locks_per_transaction: '256',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'on',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_checkpoints: 'off',
}

/** initdb into a neighbour folder, then one rename: a cluster is whole or not there. */
export async function initialiseCluster(
  place: PostgresPlace,
  binaries: string,
  options: { isDurable: boolean },
): Promise<void> {
  const home = dirname(place.cluster)
  const half = `${place.cluster}.new-${randomBytes(4).toString('hex')}`
  removeLeftovers(home, basename(place.cluster))
  const passwordFile = join(half, 'password')
  // One folder deeper, because initdb wants an empty one and the password file must lie where its user can read.
  const made = join(half, 'cluster')
  try {
    mkdirSync(made, { recursive: true, mode: 0o700 })
    writeFileSync(passwordFile, place.superuserPassword, { mode: 0o600 })
    if (place.user) {
      for (const path of [half, made, passwordFile]) chownSync(path, place.user.uid, place.user.gid)
    }
    await runInitdb({ binaries, cluster: made, passwordFile, place, isDurable: options.isDurable })
    renameSync(made, place.cluster)
  } catch (error) {
    if (error instanceof PlainError) throw error
    throw explainStartFailure(error instanceof Error ? error.message : String(error), place.cluster)
  } finally {
    rmSync(half, { recursive: true, force: true })
  }
}

async function runInitdb(run: {
  binaries: string
  cluster: string
  passwordFile: string
  place: PostgresPlace
  isDurable: boolean
}): Promise<void> {
  const args = [
    ...['-D', run.cluster, '--username=postgres', `--pwfile=${run.passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    '--data-checksums',
    ...(run.isDurable ? [] : ['--no-sync']),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const options = { ...run.place.user, cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } }
  await promisify(execFile)(join(run.binaries, 'bin/initdb'), args, options).catch((error: unknown) => {
    const output =
      typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error)
    throw explainStartFailure(output, run.place.cluster)
  })
}

/** What a killed initdb left. Safe under the start lock. */
function removeLeftovers(home: string, name: string): void {
  for (const entry of readdirSync(home)) {
    if (entry.startsWith(`${name}.new-`)) rmSync(join(home, entry), { recursive: true, force: true })
  }
}

/** Throws when the data belongs to another major version than the shipped server. */
export function refuseOtherMajor(cluster: string): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (found === String(embeddedMajor)) return
  throw new PlainError(
    `The database in ${cluster} was written by PostgreSQL ${found}; this version of Fairlead ships ${embeddedMajor}. Dump it with PostgreSQL ${found} and load it again, or set FAIRLEAD_DATABASE_URL to a server of version ${found}.`,
  )
}
