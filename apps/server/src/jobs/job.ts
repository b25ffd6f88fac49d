import type { Db } from '../platform/database/connect.ts'
import type { Log } from '../platform/log.ts'

/** What a job may use. */
export interface JobTools {
  readonly db: Db
  readonly log: Log
}

/**
 * Something that happens regularly in one of the workers, whichever is free. It may run twice, be killed half way
 * and run again: each run must leave things right. Deliveries are no jobs; their rows are the queue (outbox/).
 */
export interface Job {
  /** Kebab-case, unique: the queue's name. */
  readonly name: string
  /** Five fields, UTC. Missed while nothing ran: made up for once. */
  readonly cron: string
  /** Also when the first worker of a new installation starts. */
  readonly runsAtStart?: true
  /** The answer goes into the log. */
  run(tools: JobTools, signal: AbortSignal): Promise<Record<string, number>>
}
