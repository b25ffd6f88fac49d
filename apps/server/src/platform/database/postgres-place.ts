import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { codeOf, PlainError } from '../plain-error.ts'
import { sharedHome } from './postgres-binaries.ts'
import { canReach, chooseUser, type RunAs } from './unprivileged-user.ts'

/**
 * Where the built-in database lives. Normally all of it is in FAIRLEAD_DATA; when root's data folder cannot be
 * reached by the server's own user, the cluster lies in /var/lib/fairlead/<hash of the data folder's path> and
 * FAIRLEAD_DATA/postgres.json points there, so that moving the data folder loses nothing.
 */
export interface PostgresPlace {
  cluster: string
  socketFolder: string
  user: RunAs
  /** Of the superuser `postgres`: bootstrap and tests only. */
  superuserPassword: string
  /** Of the login `fairlead`, a plain user. */
  password: string
}

const recorded = z.object({
  cluster: z.string(),
  socketFolder: z.string(),
  superuserPassword: z.string(),
  password: z.string(),
})

// sockaddr_un holds 108 bytes on Linux and 104 on macOS; the socket's own name takes 14 of them.
const longestSocketFolder = 85

/** Reads postgres.json, or decides and writes it. Call it under the start lock. */
export function findPlace(dataFolder: string): PostgresPlace {
  const data = resolve(dataFolder)
  const path = join(data, 'postgres.json')
  const known = readRecord(path)
  const cluster = known ? resolve(data, known.cluster) : join(data, 'postgres')
  if (!known && existsSync(join(cluster, 'PG_VERSION'))) {
    throw new PlainError(
      `${path} is missing, and without the passwords in it the database in ${cluster} cannot be opened. Put it back from your backup.`,
    )
  }
  const user = chooseUser(cluster)
  const home = known ? cluster : chooseCluster(data, user)
  const place = {
    cluster: home,
    socketFolder: socketFolderFor(home, user, known?.socketFolder),
    superuserPassword: known?.superuserPassword ?? randomBytes(24).toString('base64url'),
    password: known?.password ?? randomBytes(24).toString('base64url'),
  }
  const inside = home === join(data, 'postgres')
  const record = { ...place, cluster: inside ? 'postgres' : home }
  if (known?.cluster !== record.cluster || known.socketFolder !== record.socketFolder) {
    writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  return { ...place, user }
}

function readRecord(path: string): z.infer<typeof recorded> | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new PlainError(`${path} cannot be read (${codeOf(error)}). Start Fairlead as the user who owns it.`)
  }
  try {
    return recorded.parse(JSON.parse(text))
  } catch {
    throw new PlainError(`${path} is damaged. Put it back from your backup.`)
  }
}

function chooseCluster(data: string, user: RunAs): string {
  if (canReach(user, { folders: [data] })) return join(data, 'postgres')
  const home = join(sharedHome, createHash('sha256').update(data).digest('hex').slice(0, 12))
  try {
    mkdirSync(home, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new PlainError(
      `The database server runs as another user than root, who cannot reach ${data}, and ${home} cannot be made (${codeOf(error)}). Set FAIRLEAD_DATA to a folder that everybody may pass through, such as /var/lib/fairlead/data, or run Fairlead as an ordinary user.`,
    )
  }
  return join(home, 'postgres')
}

/** Beside the data when the path is short enough; else in the system's temporary folder, the same one each time. */
function socketFolderFor(cluster: string, user: RunAs, known: string | undefined): string {
  const owner = user?.uid ?? process.getuid?.()
  if (Buffer.byteLength(cluster) <= longestSocketFolder) return cluster
  const found = known === undefined ? undefined : lstatSync(known, { throwIfNoEntry: false })
  if (known !== undefined && found?.isDirectory() && found.uid === owner) return known
  const base = tmpdir().length < 40 ? tmpdir() : '/tmp'
  const made = mkdtempSync(join(base, 'fairlead-'))
  chmodSync(made, 0o700)
  if (user) chownSync(made, user.uid, user.gid)
  return made
}
