import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { makeDataFolder } from '../make-folder.ts'
import { codeOf, messageOf, PlainError } from '../plain-error.ts'
import { explainStartFailure, isPassing } from './explain-start-failure.ts'
import { initialiseCluster, refuseOtherMajor } from './initialise-cluster.ts'
import { findBinaries } from './postgres-binaries.ts'
import { findPlace, type PostgresPlace } from './postgres-place.ts'
import { withStartLock } from './start-lock.ts'

/**
 * The built-in PostgreSQL: one server per data folder, shared by all Fairlead processes that use the folder, alive
 * as long as one of them is. Each process holds one connection with a shared advisory lock; a process that leaves
 * stops the server when it can take the lock alone. Killing a process closes its connection, so nothing goes
 * stale, and a server that outlived its last user is simply found running by the next start.
 * It listens on a Unix socket alone; the network cannot reach it.
 */
export interface EmbeddedPostgres {
  /** Login `fairlead`, a plain user, database `fairlead`. */
  url: string
  /** Login `postgres`: bootstrap and tests. */
  superuserUrl: (database: string) => string
  /** Lets go; the last one out stops the server. `keep` leaves it running, `stop` ends it under everybody. */
  close: (after?: 'last-stops' | 'keep' | 'stop') => Promise<void>
}

export interface EmbeddedOptions {
  dataFolder: string
  /** Server settings over those of the cluster, e.g. `{ fsync: 'off' }` for tests. */
  settings?: Readonly<Record<string, string>>
  /** The server died under us and is back (or is not, then with the error): connections are gone either way. */
  onRestart?: (failure: Error | null) => void
}

// "Fair" in ASCII: any number will do, as long as all processes use the same.
const holderLock = 0x46616972
const startLimitMs = 60_000
const stopLimitMs = 30_000

/** Starts the server of this data folder, or joins the one that runs. */
export async function openEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const data = resolve(options.dataFolder)
  makeDataFolder(data)
  const lockPath = join(data, 'postgres.lock')
  const hold = () => withStartLock(lockPath, () => startOrJoin(data, options.settings ?? {}))
  let { place, holder } = await hold()
  let closing = false
  const watch = () => {
    holder.once('end', () => {
      if (closing) return
      hold().then(
        again => {
          ;({ holder } = again)
          if (closing) return void holder.end()
          watch()
          options.onRestart?.(null)
        },
        (error: unknown) => options.onRestart?.(error instanceof Error ? error : new Error(messageOf(error))),
      )
    })
  }
  watch()
  return {
    url: urlOf(place, { user: 'fairlead', password: place.password, database: 'fairlead' }),
    superuserUrl: database => urlOf(place, { user: 'postgres', password: place.superuserPassword, database }),
    close: async (after = 'last-stops') => {
      if (closing) return
      closing = true
      await withStartLock(lockPath, () => leave(place, holder, after))
    },
  }
}

async function startOrJoin(data: string, settings: Readonly<Record<string, string>>) {
  const place = findPlace(data)
  const deadline = performance.now() + startLimitMs
  const output = join(data, 'postgres-start.log')
  let child: ChildProcess | null = null
  for (;;) {
    const holder = await tryHold(place)
    if (holder) {
      child?.removeAllListeners()
      return { place, holder }
    }
    const said = existsSync(output) ? readFileSync(output, 'utf8') : ''
    if (performance.now() > deadline) throw explainStartFailure(said, place.cluster)
    if (child && (child.exitCode !== null || child.signalCode !== null)) {
      if (!isPassing(said)) throw explainStartFailure(said, place.cluster)
      await delay(100)
      child = null
    }
    child ??= await launch(place, settings, output)
    await delay(5)
  }
}

/** Null: nobody answers there yet. */
async function tryHold(place: PostgresPlace): Promise<pg.Client | null> {
  if (!existsSync(join(place.socketFolder, '.s.PGSQL.5432'))) return null
  const connectionString = urlOf(place, {
    user: 'postgres',
    password: place.superuserPassword,
    database: 'postgres',
  })
  const client = new pg.Client({ connectionString, application_name: 'fairlead holder' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [holderLock])
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    if (codeOf(error) === '28P01') {
      throw new PlainError(
        `The database in ${place.cluster} does not accept the password in postgres.json. Put both back from the same backup.`,
      )
    }
    return null
  }
}

async function launch(
  place: PostgresPlace,
  settings: Readonly<Record<string, string>>,
  outputPath: string,
): Promise<ChildProcess> {
  const binaries = findBinaries(place.user)
  if (existsSync(join(place.cluster, 'PG_VERSION'))) refuseOtherMajor(place.cluster)
  else await initialiseCluster(place, binaries, { isDurable: settings.fsync !== 'off' })
  const forced = { listen_addresses: '', unix_socket_directories: place.socketFolder, ...settings }
  const args = Object.entries(forced).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const output = openSync(outputPath, 'w', 0o600)
  try {
    const child = spawn(join(binaries, 'bin/postgres'), ['-D', place.cluster, ...args], {
      ...place.user,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      detached: true,
      stdio: ['ignore', output, output],
    })
    child.once('error', () => undefined)
    child.unref()
    return child
  } finally {
    closeSync(output)
  }
}

async function leave(place: PostgresPlace, holder: pg.Client, after: 'last-stops' | 'keep' | 'stop') {
  const isLast = after === 'stop' || (after === 'last-stops' && (await isAlone(holder)))
  await holder.end().catch(() => undefined)
  if (isLast) await stopServer(place)
}

async function isAlone(holder: pg.Client): Promise<boolean> {
  try {
    await holder.query('select pg_advisory_unlock_shared($1)', [holderLock])
    const found = await holder.query<{ alone: boolean }>('select pg_try_advisory_lock($1) alone', [
      holderLock,
    ])
    return found.rows[0]?.alone ?? false
  } catch {
    return false
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, a checkpoint is written. */
async function stopServer(place: PostgresPlace): Promise<void> {
  const pidFile = join(place.cluster, 'postmaster.pid')
  const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : 0
  if (!(pid > 0)) return
  try {
    process.kill(pid, 'SIGINT')
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return
    throw error
  }
  const deadline = performance.now() + stopLimitMs
  while (existsSync(pidFile) && performance.now() < deadline) await delay(5)
}

function urlOf(place: PostgresPlace, login: { user: string; password: string; database: string }): string {
  const host = encodeURIComponent(place.socketFolder)
  return `postgresql://${login.user}:${login.password}@localhost:5432/${login.database}?host=${host}`
}
