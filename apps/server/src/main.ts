import { type JoinedSimulator, joinSimulator } from './main/join-simulator.ts'
import { type Database, openDatabase } from './main/open-database.ts'
import { allRoles, type Role } from './main/roles.ts'
import { Stops } from './main/stops.ts'
import type { Config } from './platform/config.ts'
import { createLog, type Log } from './platform/log.ts'

/**
 * The composition root: everything is made here and handed down; nothing below reaches for it. Stopping goes
 * backwards: no new requests, no new mail from outside, running tries end, jobs end, then connections, simulator
 * and database.
 */

export interface StartOptions {
  readonly config: Config
  /** What this process does; default all. */
  readonly roles?: readonly Role[]
  readonly log?: Log
}

/** A running Fairlead. */
export interface Fairlead {
  /** Of the app and the API; null without the role http. */
  readonly url: string | null
  /** Of the listener for returned mail; null without the role inbound. */
  readonly inboundPort: number | null
  /** Base URL of the simulator's control interface; null in live mode. */
  readonly simulator: string | null
  /** Lets what runs come to its end, at most about 20 seconds. Twice is once. */
  stop(): Promise<void>
}

/** Starts the roles; resolves when they are ready. Throws a PlainError for what an operator can put right. */
export async function startFairlead(options: StartOptions): Promise<Fairlead> {
  const { config, roles = allRoles } = options
  const log = options.log ?? createLog({ level: config.logLevel })
  const stops = new Stops(log)
  for (const name of config.unknownNames) log.warn({ name }, 'This setting is not known; is it misspelt?')
  try {
    // The database and the simulator are other processes: they come up while this one still loads its code.
    const [neighbours, { startParts }] = await Promise.all([
      startNeighbours({ config, log, stops }),
      import('./main/start-parts.ts'),
    ])
    const started = await startParts({ config, roles, log, stops, ...neighbours })
    return {
      ...started,
      simulator: neighbours.simulator?.control ?? null,
      stop: async () => {
        await stops.run()
        log.info('Fairlead has stopped')
      },
    }
  } catch (error) {
    await stops.run()
    throw error
  }
}

interface Neighbours {
  readonly database: Database
  /** Null in live mode. */
  readonly simulator: JoinedSimulator | null
}

/** Neither needs the other. Both are waited for, also where one fails: what came up has to be stopped. */
async function startNeighbours(wanted: { config: Config; log: Log; stops: Stops }): Promise<Neighbours> {
  const { config, log, stops } = wanted
  const [database, simulator] = await Promise.allSettled([
    openDatabase(config, log),
    config.mode === 'sandbox' ? joinSimulator({ dataFolder: config.dataFolder, log }) : null,
  ])
  if (database.status === 'fulfilled') stops.add('database', () => database.value.close())
  if (simulator.status === 'fulfilled') stops.add('simulator', async () => simulator.value?.close())
  if (database.status === 'rejected') throw database.reason
  if (simulator.status === 'rejected') throw simulator.reason
  return { database: database.value, simulator: simulator.value }
}
