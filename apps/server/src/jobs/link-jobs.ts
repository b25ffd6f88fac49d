import type { AcceptParts } from '../compose/accept-email.ts'
import { tellBrokenLinks } from '../compose/tell-broken-links.ts'
import { resealSecrets } from '../links/reseal-secrets.ts'
import { type ProbeParts, probeBounces } from '../outbox/probe-bounces.ts'
import type { Job } from './job.ts'

export interface LinkJobParts {
  readonly accept: AcceptParts
  /** Begins the links in mail. */
  readonly publicUrl: string
  /** Null: this installation receives no mail, so that nothing can be proved. */
  readonly probes: ProbeParts | null
  readonly secrets: ProbeParts['secrets']
}

/** What is done regularly for delivery channels. */
export function linkJobs({ accept, publicUrl, probes, secrets }: LinkJobParts): readonly Job[] {
  return [
    {
      name: 'tell-broken-links',
      cron: '* * * * *',
      run: async () => ({ told: await tellBrokenLinks(accept, publicUrl) }),
    },
    {
      name: 'probe-bounces',
      cron: '*/10 * * * *',
      run: async (_, signal) => (probes === null ? { sent: 0 } : await probeBounces(probes, signal)),
    },
    {
      name: 'reseal-secrets',
      cron: '31 3 * * *',
      runsAtStart: true,
      run: async ({ db }, signal) => ({ resealed: await resealSecrets({ db, secrets }, signal) }),
    },
  ]
}
