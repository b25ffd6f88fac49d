import { sql } from 'kysely'
import pg from 'pg'
import { asEngine } from './as-role.ts'
import type { Db } from './connect.ts'

/** `due`: a worker has something to do; `live`: something was recorded that people may be looking at. */
export type HintTopic = 'due' | 'live'

const channels = { due: 'fairlead_due', live: 'fairlead_live' } as const satisfies Record<HintTopic, string>
const quietMs = { due: 20, live: 100 } as const satisfies Record<HintTopic, number>

/**
 * Tells other processes that something became due, or was recorded. Only a hint: NOTIFY takes a lock that all commits
 * share, so it is sent outside of the writer's transaction and not more often than quietMs; polls are the truth.
 */
export class DueHints {
  readonly #db: Db
  readonly #onError: (error: unknown) => void
  readonly #topic: HintTopic
  #timer: NodeJS.Timeout | null = null

  constructor(db: Db, onError: (error: unknown) => void, topic: HintTopic = 'due') {
    this.#db = db
    this.#onError = onError
    this.#topic = topic
  }

  tell(): void {
    if (this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      asEngine(this.#db, tx => sql`select pg_notify(${channels[this.#topic]}, '')`.execute(tx)).catch(
        this.#onError,
      )
    }, quietMs[this.#topic])
    this.#timer.unref()
  }
}

/** Calls `wake` for each hint, and once after each reconnect. `url` must not be a transaction pooler. */
export async function listenForDue(options: {
  url: string
  topic?: HintTopic
  wake: () => void
  onError: (error: unknown) => void
}): Promise<{ close(): Promise<void> }> {
  let isClosed = false
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  const reconnect = (error: unknown): void => {
    if (isClosed || timer !== null) return
    options.onError(error)
    client = null
    timer = setTimeout(() => {
      timer = null
      open().catch(reconnect)
    }, 1_000)
  }
  const open = async (): Promise<void> => {
    const opened = new pg.Client({
      connectionString: options.url,
      keepAlive: true,
      application_name: 'fairlead listen',
    })
    opened.on('error', reconnect)
    opened.on('end', () => reconnect(new Error('the connection for hints ended')))
    opened.on('notification', () => options.wake())
    await opened.connect()
    await opened.query(`listen ${channels[options.topic ?? 'due']}`)
    client = opened
    options.wake()
  }
  await open()
  return {
    async close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      await client?.end()
    },
  }
}
