import type { Config } from '../platform/config.ts'
import { openEmbeddedPostgres } from '../platform/database/embedded-postgres.ts'
import { bootstrapEmbedded } from '../platform/database/roles.ts'
import type { Log } from '../platform/log.ts'

/** The server that the settings name, or the built-in one. */
export interface Database {
  readonly url: string
  /** No transaction pooler: LISTEN, background jobs, migrations. */
  readonly directUrl: string
  /** Lets go; the last process that leaves stops the built-in one. */
  close(): Promise<void>
}

/** Starts or joins the built-in database; the operator's is only named, nothing connects to it yet. */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  if (config.database) return { ...config.database, close: async () => undefined }
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
