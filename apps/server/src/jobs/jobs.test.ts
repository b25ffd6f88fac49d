import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asEngine } from '../platform/database/as-role.ts'
import { newId } from '../platform/ids.ts'
import { createLog } from '../platform/log.ts'
import { seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { Job } from './job.ts'
import { jobs } from './registry.ts'
import { removeOldTokens } from './remove-old-tokens.ts'
import { startJobs } from './start-jobs.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
const log = createLog({ level: 'silent' })

test('a job that wants to runs when the first worker starts, and a stop waits for it', async () => {
  const steps: string[] = []
  const started = Promise.withResolvers<void>()
  const job: Job = {
    name: 'test-job',
    cron: '0 0 1 1 *',
    runsAtStart: true,
    run: async () => {
      started.resolve()
      await new Promise(resolve => setImmediate(resolve))
      steps.push('done')
      return {}
    },
  }
  const running = await startJobs({ db: database.db, log, directUrl: database.url }, [job])
  await started.promise
  await running.stop(10_000)
  expect(steps).toEqual(['done'])
})

test('every registered job runs on an empty database, twice', async () => {
  for (const job of [...jobs, ...jobs]) {
    const result = await job.run({ db: database.db, log }, new AbortController().signal)
    expect(Object.values(result).every(Number.isInteger), job.name).toBe(true)
  }
})

test('consents that nobody confirmed in time go, with the grant in them; others stay', async () => {
  const { workspaceId, memberId } = await seedWorkspace(database.db)
  const ids = await Promise.all(
    [-1, 1].map(async minutes => {
      const id = newId('connection')
      await asEngine(database.db, tx =>
        sql`insert into fairlead.oauth_connection (workspace_id, id, member_id, provider, state_hash, verifier, redirect_uri,
              is_simulated, expires_at)
            values (${workspaceId}, ${id}, ${memberId}, 'google', ${id}, '', '', false,
              fairlead.now() + ${minutes} * interval '1 minute')`.execute(tx),
      )
      return id
    }),
  )
  const result = await removeOldTokens.run({ db: database.db, log }, new AbortController().signal)
  expect(result).toEqual({ removed: 1 })
  const left = await asEngine(database.db, tx =>
    sql<{ id: string }>`select id from fairlead.oauth_connection`.execute(tx),
  )
  expect(left.rows.map(row => row.id)).toEqual(ids.slice(1))
})

test('two workers start at once', async () => {
  const both = await Promise.all([
    startJobs({ db: database.db, log, directUrl: database.url }),
    startJobs({ db: database.db, log, directUrl: database.url }),
  ])
  await Promise.all(both.map(running => running.stop(5_000)))
})
