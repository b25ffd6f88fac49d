import { type OauthProvider, oauthProviders, Problem } from '@fairlead/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { finishConsent } from '../channels/connect-account.ts'
import { showId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import type { Gate } from './authenticate.ts'
import type { HttpParts } from './parts.ts'

const answerForm = z.object({
  state: z.string().max(200).default(''),
  code: z.string().max(4_000).nullable().default(null),
  error: z.string().max(200).nullable().default(null),
})
const consentMs = 30_000

/**
 * Where a provider leads the browser back to. A GET that acts, as RFC 6749 has it: only with the state that the member
 * who is signed in here began with, once. It ends at the web app, which shows the account before it is connected.
 */
export function registerOauthCallback(app: FastifyInstance, parts: HttpParts, gate: Gate): void {
  app.route({
    method: 'GET',
    url: '/oauth/callback/:provider',
    config: { access: 'public' },
    onRequest: async (request, reply) => {
      request.caller = await gate.admitAnyone(request, reply)
    },
    handler: async (request, reply) => {
      // The code stands in this address: nobody we link to may learn it.
      reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store')
      return await leadOn(reply, await outcomeOf(parts, request))
    },
  })
}

async function outcomeOf(parts: HttpParts, request: FastifyRequest): Promise<URLSearchParams> {
  try {
    const { provider } = request.params as { provider?: string }
    const known = oauthProviders.find(one => one === provider)
    if (known === undefined) throw new Problem('oauth.stale')
    const id = await finish(parts, request.caller, known, request.query)
    return new URLSearchParams({ connection: showId('connection', id) })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const params = Object.entries(error.params).map(([name, value]) => [name, String(value)])
    return new URLSearchParams([['connectProblem', error.code], ...params])
  }
}

async function finish(parts: HttpParts, caller: Caller | null, provider: OauthProvider, query: unknown) {
  const answer = answerForm.safeParse(query).data
  if (caller === null || answer === undefined || answer.state === '') throw new Problem('oauth.stale')
  return await finishConsent(parts, caller, provider, answer, AbortSignal.timeout(consentMs))
}

function leadOn(reply: FastifyReply, query: URLSearchParams): FastifyReply {
  return reply.redirect(`/channels?${query}`, 303)
}
