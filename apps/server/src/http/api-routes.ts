import { type Access, apiPrefix, contract, limits, Problem, problemBody } from '@fairlead/contract'
import { OpenAPIHandler } from '@orpc/openapi/fastify'
import { ORPCError, traverseContractProcedures } from '@orpc/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../team/caller.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { attachmentStreams } from './attachment-streams.ts'
import { attachmentRoutes } from './attachments.ts'
import { browserOf, type Gate } from './authenticate.ts'
import { beforeSendRoutes } from './before-send.ts'
import { conversationRoutes } from './conversations.ts'
import { deliveryRoutes } from './deliveries.ts'
import { smtpPresetRoutes } from './detect-server.ts'
import { allowlistRoutes, domainRoutes } from './domains.ts'
import { draftRoutes } from './drafts.ts'
import { emailRoutes } from './emails.ts'
import { identityRoutes, identityVerificationRoutes } from './identities.ts'
import { invitationLinkRoutes, invitationRoutes } from './invitations.ts'
import { linkAccountRoutes } from './link-accounts.ts'
import { linkConnectionRoutes } from './link-connections.ts'
import { channelKindRoutes, linkRoutes } from './links.ts'
import { liveRoutes } from './live.ts'
import { meRoutes } from './me.ts'
import { memberRoutes } from './members.ts'
import { oauthClientRoutes } from './oauth-clients.ts'
import type { HttpParts, RequestContext } from './parts.ts'
import { passwordResetRoutes } from './password-reset.ts'
import { peopleRoutes } from './people.ts'
import { previewRoutes } from './previews.ts'
import { problemOf } from './problem-of.ts'
import { sandboxRoutes } from './sandbox.ts'
import { scheduledEmailRoutes } from './scheduled-emails.ts'
import { sessionRoutes, sessionsRoutes } from './sessions.ts'
import { setupRoutes } from './setup.ts'
import { threadRoutes } from './threads.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Who may call the route; shown in the golden list of routes. */
    access?: Access | 'anyone' | 'this machine'
  }
}

export interface ContractRoute {
  readonly method: string
  /** Under apiPrefix, with `{id}` for parameters. */
  readonly path: string
  readonly access: Access
}

/** The contract's routes, in its order. */
export function contractRoutes(): ContractRoute[] {
  const routes: ContractRoute[] = []
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure }) => {
    const { route, meta }: { route: { method?: string; path?: string }; meta: { access?: Access } } =
      procedure['~orpc']
    routes.push({ method: route.method ?? 'POST', path: route.path ?? '', access: meta.access ?? 'admin' })
  })
  return routes
}

const bodyLimits: ReadonlyMap<string, number> = new Map([
  ['POST /emails', limits.emailRequestBytes],
  ['POST /drafts', limits.draftRequestBytes],
  ['PUT /drafts/{id}', limits.draftRequestBytes],
])

/**
 * Gives every route of the contract its own place in the web server: unknown ones end there, the caller is known and
 * counted before a body is read, and only sending takes a large one. Files pass as streams.
 */
export async function registerApi(app: FastifyInstance, parts: HttpParts, place: Place): Promise<void> {
  const handler = createHandler(parts)
  const streams = attachmentStreams(parts)
  app.decorateRequest('caller', null)
  const routes = contractRoutes()
  for (const route of routes.filter(one => !streams.has(nameOf(one)))) {
    app.route({
      ...placeOf(route, place),
      handler: async (request, reply) => {
        // A route without fields takes no body, and then Fastify leaves none.
        request.body ??= {}
        const { matched } = await handler.handle(request, reply, {
          prefix: apiPrefix,
          context: contextOf(request, reply, place.publicUrl()),
        })
        if (!matched) throw new Problem('route.unknown')
      },
    })
  }
  await app.register(async scope => {
    scope.addContentTypeParser('application/octet-stream', (_, payload, done) => done(null, payload))
    for (const route of routes) {
      const stream = streams.get(nameOf(route))
      if (stream !== undefined) scope.route({ ...placeOf(route, place), handler: stream })
    }
  })
}

const nameOf = ({ method, path }: ContractRoute): string => `${method} ${path}`

function placeOf(route: ContractRoute, { gate }: Place) {
  return {
    method: route.method,
    url: `${apiPrefix}${route.path.replace(/\{(\w+)\}/g, ':$1')}`,
    config: { access: route.access },
    bodyLimit: bodyLimits.get(nameOf(route)) ?? limits.requestBytes,
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      request.caller = await (route.access === 'public'
        ? gate.admitAnyone(request, reply)
        : gate.requireCaller(request, reply))
    },
  }
}

/** What registerApi needs to know of the server that it registers at. */
export interface Place {
  readonly gate: Gate
  publicUrl(): string
}

function contextOf(request: FastifyRequest, reply: FastifyReply, publicUrl: string): RequestContext {
  return {
    caller: request.caller,
    requestId: request.id,
    visit: browserOf(request),
    publicUrl,
    setHeader: (name, value) => void reply.header(name, value),
    setCookies: lines => void reply.header('set-cookie', [...lines]),
  }
}

/** Proxies close connections that are silent for a minute, some after half of one. */
const keepAliveMs = 15_000

function createHandler(parts: HttpParts): OpenAPIHandler<RequestContext> {
  const router = {
    setup: setupRoutes(parts),
    session: sessionRoutes(parts),
    sessions: sessionsRoutes(parts),
    passwordReset: passwordResetRoutes(parts),
    members: memberRoutes(parts),
    invitations: invitationRoutes(parts),
    invitationLinks: invitationLinkRoutes(parts),
    apiKeys: apiKeyRoutes(parts),
    emails: emailRoutes(parts),
    scheduledEmails: scheduledEmailRoutes(parts),
    drafts: draftRoutes(parts),
    attachments: attachmentRoutes(parts),
    people: peopleRoutes(parts),
    previews: previewRoutes(parts),
    beforeSend: beforeSendRoutes(parts),
    deliveries: deliveryRoutes(parts),
    conversations: conversationRoutes(parts),
    ...threadRoutes(parts),
    live: liveRoutes(parts),
    sandbox: sandboxRoutes(parts),
    identities: identityRoutes(parts),
    identityVerifications: identityVerificationRoutes(parts),
    linkConnections: linkConnectionRoutes(parts),
    linkAccounts: linkAccountRoutes(parts),
    links: linkRoutes(parts),
    oauthClients: oauthClientRoutes(parts),
    channelKinds: channelKindRoutes(parts),
    smtpPresets: smtpPresetRoutes(),
    domains: domainRoutes(parts),
    allowlist: allowlistRoutes(parts),
    me: meRoutes(parts),
  }
  return new OpenAPIHandler<RequestContext>(router, {
    eventIteratorKeepAliveInterval: keepAliveMs,
    interceptors: [
      async ({ next, context }) => {
        try {
          return await next()
        } catch (error) {
          throw asAnswer(error, context, parts.log)
        }
      },
    ],
    customErrorResponseBodyEncoder: error => error.data,
  })
}

/** Every error leaves as problem+json; its cause, where it is a fault of ours, goes to the log alone. */
function asAnswer(
  thrown: unknown,
  { requestId, setHeader }: RequestContext,
  log: HttpParts['log'],
): ORPCError<string, unknown> {
  const problem = problemOf(thrown, limits.requestBytes)
  if (problem === null) log.error({ requestId, err: causeOf(thrown) }, 'A request failed')
  const body =
    problem === null ? problemBody('internal', { requestId }) : problemBody(problem.code, problem.params)
  const { retryAfterSeconds } = body.params
  if (retryAfterSeconds !== undefined) setHeader('retry-after', String(retryAfterSeconds))
  return new ORPCError(body.code, { status: body.status, message: body.detail, data: body })
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof ORPCError && thrown.cause !== undefined ? thrown.cause : thrown
}
