import { appKeysOf } from '../platform/app-keys.ts'
import type { Config } from '../platform/config.ts'
import { connect, type Db } from '../platform/database/connect.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { Log } from '../platform/log.ts'
import { createSecrets, type Secrets } from '../platform/secrets.ts'
import type { Auth } from '../team/auth.ts'
import { createAuth, migrateAuth } from '../team/auth.ts'
import type { Database } from './open-database.ts'

/** What roles and commands alike stand on: the database, migrated, and the keys. */
export interface Core {
  readonly config: Config
  readonly log: Log
  readonly db: Db
  /** No transaction pooler: LISTEN, background jobs. */
  readonly directUrl: string
  readonly secrets: Secrets
  readonly auth: Auth
  /** Ends the connections; the database is closed by whoever opened it. */
  close(): Promise<void>
}

// The built-in server takes 60 connections: two full processes and some commands beside them.
const poolOfServer = 16
const poolOfCommand = 2

/** Opens the keys, migrates the database and connects to it. */
export async function openCore(parts: {
  config: Config
  log: Log
  database: Database
  for: 'server' | 'command'
}): Promise<Core> {
  const { config, log, database } = parts
  const secrets = createSecrets(appKeysOf(config))
  const applied = await migrate(database.directUrl)
  if (applied.length > 0) log.info({ migrations: applied }, 'The database was brought up to date')
  await migrateAuth(database.directUrl)
  const db = connect({
    url: database.url,
    most: parts.for === 'server' ? poolOfServer : poolOfCommand,
    name: `fairlead ${parts.for}`,
    onError: error => log.warn({ err: error }, 'A database connection broke; the next query opens another'),
  })
  return {
    ...{ config, log, db, secrets, directUrl: database.directUrl },
    auth: createAuth({ db, secrets, publicUrl: config.publicUrl }),
    close: () => db.destroy(),
  }
}
