import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../platform/log.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import type { Job } from './job.ts'
import { jobs } from './registry.ts'
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

test('two workers start at once', async () => {
  const both = await Promise.all([
    startJobs({ db: database.db, log, directUrl: database.url }),
    startJobs({ db: database.db, log, directUrl: database.url }),
  ])
  await Promise.all(both.map(running => running.stop(5_000)))
})
