import { setTimeout as delay } from 'node:timers/promises'
import { checkDomainsJob } from '../jobs/check-domains.ts'
import { type LinkJobParts, linkJobs } from '../jobs/link-jobs.ts'
import { jobs as registeredJobs } from '../jobs/registry.ts'
import type { RunningJobs } from '../jobs/start-jobs.ts'
import { acceptParts } from './mail-parts.ts'
import { graceMs, type RoleParts, receivesMail } from './role-parts.ts'

const tryAgainMs = 10_000

/**
 * Starts the regular jobs beside what runs already: nobody who opens the app, and no email, waits for them. Where they
 * do not start, the log says why and the next try comes in ten seconds.
 */
export function startJobsLast(parts: RoleParts): void {
  const stopping = new AbortController()
  const running = keepTrying(parts, stopping.signal)
  parts.stops.add('jobs', async () => {
    stopping.abort()
    await (await running)?.stop(graceMs.jobs)
  })
}

async function keepTrying(parts: RoleParts, signal: AbortSignal): Promise<RunningJobs | null> {
  while (!signal.aborted) {
    try {
      return await start(parts)
    } catch (error) {
      parts.core.log.error({ err: error }, 'The regular jobs do not start; the next try comes in ten seconds')
      await delay(tryAgainMs, undefined, { signal }).catch(() => undefined)
    }
  }
  return null
}

async function start(parts: RoleParts): Promise<RunningJobs> {
  const { startJobs } = await import('../jobs/start-jobs.ts')
  const { core, mail } = parts
  const { db, log, directUrl } = core
  const accept = acceptParts({ ...parts, onDue: () => undefined })
  return startJobs({ db, log, directUrl }, [
    ...registeredJobs,
    ...linkJobs(linkJobParts(parts)),
    checkDomainsJob({ lookUp: mail.lookUp, accept, publicUrl: core.config.publicUrl ?? '' }),
  ])
}

function linkJobParts(parts: RoleParts): LinkJobParts {
  const { core, hosts, mail } = parts
  const { config, db, secrets } = core
  const [key] = secrets.macKeys('return-path')
  const isReached = key !== undefined && receivesMail(config)
  return {
    secrets,
    accept: acceptParts({ ...parts, onDue: () => undefined }),
    publicUrl: config.publicUrl ?? `http://${config.http.host}:${config.http.port}`,
    probes: isReached ? { db, secrets, key, ...hosts, channels: mail.channels } : null,
  }
}
