import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { expect } from 'vitest'
import type { Db, Tables } from '../platform/database/connect.ts'
import type { TestDatabase } from './test-database.ts'

/** Shows the plans of what the product really runs, those inside functions too. */
export interface PlanObserver {
  /** To be given to the product in place of its own; asWeb then takes the role of fairlead_web. */
  readonly db: Db
  /** The plans of everything that `work` ran. */
  plansOf(work: () => Promise<unknown>): Promise<string[]>
  close(): Promise<void>
}

/** Call it when the tables are filled: it analyses them. */
export async function observePlans(database: TestDatabase): Promise<PlanObserver> {
  const plans: string[] = []
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: observingPool(database, plans) }) })
  await sql`analyze`.execute(db)
  return {
    db,
    async plansOf(work) {
      plans.length = 0
      await work()
      return plans.filter(plan => plan.includes('Query Text'))
    },
    close: () => db.destroy(),
  }
}

/** Sessions of the superuser, who alone may load auto_explain. */
function observingPool(database: TestDatabase, plans: string[]): pg.Pool {
  const pool = new pg.Pool({ connectionString: database.superuserUrl, max: 1 })
  pool.on('connect', client => {
    // The database is dropped with force, which a session that is just ending may still be told of.
    client.on('error', () => undefined)
    client.on('notice', notice => plans.push(notice.message ?? ''))
    void client.query(`
      load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
      set client_min_messages = log`)
  })
  return pool
}

/** What a walk over a whole table may cost: tables that small have no plan worth an index. */
const smallCost = 50

/** No walk over a whole table that is not small. */
export function expectIndexed(shown: readonly string[]): void {
  expect(shown.length).toBeGreaterThan(0)
  for (const plan of shown) {
    const walks = [...plan.matchAll(/Seq Scan on .*cost=[\d.]+\.\.([\d.]+)/g)]
    const dear = walks.filter(([, cost]) => Number(cost) > smallCost).map(([line]) => line)
    expect(dear, plan).toEqual([])
  }
}
