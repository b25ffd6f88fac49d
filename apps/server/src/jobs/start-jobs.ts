import { PgBoss } from 'pg-boss'
import { makeLoginSchema } from '../platform/database/make-login-schema.ts'
import type { Job, JobTools } from './job.ts'
import { jobs as registeredJobs } from './registry.ts'

export interface RunningJobs {
  /** Waits up to `limitMs` for what runs, then aborts it: it will run again elsewhere. */
  stop(limitMs: number): Promise<void>
}

const schema = 'fairlead_jobs'

/** Starts pg-boss in its own schema. `directUrl`: no transaction pooler. */
export async function startJobs(
  tools: JobTools & { readonly directUrl: string },
  jobs: readonly Job[] = registeredJobs,
): Promise<RunningJobs> {
  await makeLoginSchema(tools.directUrl, schema)
  const boss = new PgBoss({
    connectionString: tools.directUrl,
    application_name: 'fairlead jobs',
    schema,
    createSchema: false,
    max: 4,
    // A worker that was killed is noticed by its missing heartbeat within about 20 seconds.
    monitorIntervalSeconds: 10,
  })
  boss.on('error', error => tools.log.error({ err: error }, 'Background jobs'))
  boss.on('warning', warning => tools.log.warn({ warning: warning.message }, 'Background jobs'))
  try {
    await boss.start()
    await Promise.all(jobs.map(job => registerJob(boss, job, tools)))
  } catch (error) {
    await boss.stop({ graceful: false, close: true })
    throw error
  }
  return {
    stop: async limitMs => {
      await boss.stop({ graceful: true, timeout: limitMs, close: true })
    },
  }
}

async function registerJob(boss: PgBoss, job: Job, tools: JobTools): Promise<void> {
  const isNew = (await boss.getQueue(job.name)) === null
  await boss.createQueue(job.name, {
    policy: 'singleton',
    retryLimit: 3,
    retryDelay: 30,
    retryBackoff: true,
    expireInSeconds: 3600,
    heartbeatSeconds: 20,
    deleteAfterSeconds: 7 * 86_400,
  })
  // Before the worker begins, so that its first look finds it.
  if (job.runsAtStart && isNew) await boss.send(job.name)
  await boss.work(job.name, { pollingIntervalSeconds: 5 }, async ([claimed]) => {
    if (!claimed) return
    const startedMs = performance.now()
    const result = await job.run(tools, claimed.signal)
    tools.log.info({ job: job.name, ...result, ms: Math.round(performance.now() - startedMs) }, 'Job done')
  })
  await boss.schedule(job.name, job.cron, null, { tz: 'UTC', missed: 'once' })
}
