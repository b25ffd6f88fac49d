import { sql } from 'kysely'
import pg from 'pg'
import { asEngine } from './as-role.ts'
import type { Db } from './connect.ts'

const channel = 'fairlead_due'
const quietMs = 20

/**
 * Tells workers that something became due. Only a hint: NOTIFY takes a lock that all commits share, so it is sent
 * outside of the writer's transaction and at most every 20 ms; the worker's poll is the truth.
 */
export class DueHints {
  readonly #db: Db
  readonly #onError: (error: unknown) => void
  #timer: NodeJS.Timeout | null = null

  constructor(db: Db, onError: (error: unknown) => void) {
    this.#db = db
    this.#onError = onError
  }

  tell(): void {
    if (this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      asEngine(this.#db, tx => sql`select pg_notify(${channel}, '')`.execute(tx)).catch(this.#onError)
    }, quietMs)
    this.#timer.unref()
  }
}

/** Calls `wake` for each hint, and once after each reconnect. `url` must not be a transaction pooler. */
export async function listenForDue(options: {
  url: string
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
    await opened.query(`listen ${channel}`)
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
