import { appKeysOf } from '../platform/app-keys.ts'
import type { Config } from '../platform/config.ts'
import { connect, type Db } from '../platform/database/connect.ts'
import { openEmbeddedPostgres } from '../platform/database/embedded-postgres.ts'
import { migrate } from '../platform/database/migrate.ts'
import { bootstrapEmbedded } from '../platform/database/roles.ts'
import type { Log } from '../platform/log.ts'
import { createSecrets, type Secrets } from '../platform/secrets.ts'
import type { Auth } from '../team/auth.ts'
import { createAuth, migrateAuth } from '../team/auth.ts'

/** What roles and commands alike stand on: the database, migrated, and the keys. */
export interface Core {
  readonly config: Config
  readonly log: Log
  readonly db: Db
  /** No transaction pooler: LISTEN, background jobs. */
  readonly directUrl: string
  readonly secrets: Secrets
  readonly auth: Auth
  /** Ends the pool; the last process that leaves stops the built-in database. */
  close(): Promise<void>
}

// The built-in server takes 60 connections: two full processes and some commands beside them.
const poolOfServer = 16
const poolOfCommand = 2

/** Starts or joins the built-in database, or connects to the operator's; migrates it; opens the keys. */
export async function openCore(parts: {
  config: Config
  log: Log
  for: 'server' | 'command'
}): Promise<Core> {
  const { config, log } = parts
  const secrets = createSecrets(appKeysOf(config))
  const server = config.database ?? (await startEmbedded(config, log))
  try {
    const applied = await migrate(server.directUrl)
    if (applied.length > 0) log.info({ migrations: applied }, 'The database was brought up to date')
    await migrateAuth(server.directUrl)
  } catch (error) {
    await closeServer(server)
    throw error
  }
  const db = connect({
    url: server.url,
    most: parts.for === 'server' ? poolOfServer : poolOfCommand,
    name: `fairlead ${parts.for}`,
    onError: error => log.warn({ err: error }, 'A database connection broke; the next query opens another'),
  })
  return {
    ...{ config, log, db, secrets, directUrl: server.directUrl },
    auth: createAuth({ db, secrets, publicUrl: config.publicUrl }),
    close: async () => {
      await db.destroy()
      await closeServer(server)
    },
  }
}

interface Server {
  readonly url: string
  readonly directUrl: string
  readonly close?: () => Promise<void>
}

async function startEmbedded(config: Config, log: Log): Promise<Server> {
  const opened = await openEmbeddedPostgres({
    dataFolder: config.dataFolder,
    onRestart: failure => {
      if (failure) log.fatal({ err: failure }, 'The built-in database died and does not start again')
      else log.warn('The built-in database died and was started again')
    },
  })
  await bootstrapEmbedded(opened)
  return { url: opened.url, directUrl: opened.url, close: () => opened.close() }
}

async function closeServer(server: Server): Promise<void> {
  await server.close?.()
}
