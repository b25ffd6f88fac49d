import type { AcceptParts } from '../compose/accept-email.ts'
import { tellOfDomains } from '../compose/tell-of-domains.ts'
import { checkDueDomains } from '../domains/check-due-domains.ts'
import type { LookUpParts } from '../domains/look-up-records.ts'
import type { Job } from './job.ts'

/** Looks at the records of each sending domain once an hour, and tells admins what changed. */
export function checkDomainsJob(parts: {
  readonly lookUp: LookUpParts
  readonly accept: AcceptParts
  /** Begins the link in the mail. */
  readonly publicUrl: string
}): Job {
  return {
    name: 'check-domains',
    // Each domain has its own hour.
    cron: '*/5 * * * *',
    async run({ db }, signal) {
      const checked = await checkDueDomains({ ...parts.lookUp, db }, signal)
      return { checked, told: await tellOfDomains(parts.accept, parts.publicUrl) }
    },
  }
}
