import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'

/** No table is known to the builder: queries use the `sql` tag with their own row types. */
export type Tables = Record<never, never>
export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

// bigint and numeric come as strings from pg. Counts and sizes here stay below 2^53.
const bigintOid = 20
pg.types.setTypeParser(bigintOid, Number)

export interface ConnectOptions {
  url: string
  /** Most connections of this process's pool; 10 unless told. */
  most?: number
  /** A pooled connection broke while nobody used it: the server went away. The next query opens a new one. */
  onError?: (error: Error) => void
  /** Shown in pg_stat_activity. */
  name?: string
}

/**
 * A pool behind Kysely. Safe behind PgBouncer 1.18 in transaction mode: no named statements, no start-up options;
 * names are qualified, settings are local to a transaction. `await db.destroy()` ends it.
 */
export function connect(options: ConnectOptions): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.most ?? 10,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    application_name: options.name ?? 'fairlead',
    keepAlive: true,
  })
  pool.on('error', error => options.onError?.(error))
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
