import { randomUUID } from 'node:crypto'
import { limits, Problem, type ProblemBody, problemBody } from '@fairlead/contract'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { PlainError } from '../platform/plain-error.ts'
import { registerApi } from './api-routes.ts'
import { createGate, rememberedCallers } from './authenticate.ts'
import { registerDocs } from './docs-routes.ts'
import { registerHealth } from './health-routes.ts'
import { countRequests } from './log-requests.ts'
import { registerOauthCallback } from './oauth-callback.ts'
import type { HttpParts } from './parts.ts'
import { problemOf } from './problem-of.ts'
import { registerWebApp } from './web-app.ts'

export interface HttpServer {
  /** Starts to listen; answers the address, such as http://127.0.0.1:3000. Throws a PlainError when the port is taken. */
  listen(): Promise<string>
  /** Refuses new requests, lets running ones end for at most `graceMs`, then closes every connection. */
  close(graceMs?: number): Promise<void>
  /** All routes with their access rule, for the golden list. */
  routes(): readonly RouteRule[]
}

export interface RouteRule {
  readonly method: string
  readonly path: string
  readonly access: string
}

const secondMs = 1_000

/** The API, its documents, health and metrics, on one port. */
export async function createHttp(parts: HttpParts): Promise<HttpServer> {
  const app = createApp(parts)
  const routes: RouteRule[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    routes.push({ method: String(method), path: url, access: String(config?.access ?? 'nobody knows') })
  })
  const running = countRequests(app, parts)
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: contentPolicy } })
  await app.register(rateLimit, { global: false, cache: rememberedCallers })
  const gate = createGate(app, parts)
  let listensAt = 'http://localhost'
  let isStopping = false
  refuseWhile(app, () => isStopping)
  answerErrors(app, parts)
  registerHealth(app, { ...parts, isStopping: () => isStopping })
  registerDocs(app, { version: parts.version, gate })
  await registerApi(app, parts, { gate, publicUrl: () => parts.publicUrl ?? listensAt })
  registerOauthCallback(app, parts, gate)
  if (parts.webFolder)
    await registerWebApp(app, { folder: parts.webFolder, countAnonymous: gate.countAnonymous })
  app.setNotFoundHandler({ preHandler: (request: FastifyRequest) => gate.countAnonymous(request) }, () => {
    throw new Problem('route.unknown')
  })
  return {
    routes: () => routes,
    async listen() {
      listensAt = await listen(app, parts.http)
      return listensAt
    },
    async close(graceMs = 10 * secondMs) {
      isStopping = true
      parts.live.close()
      await running.ended(graceMs)
      await app.close()
    },
  }
}

/** Nothing is loaded from elsewhere, nothing runs, nobody frames it; the documents have a style sheet of their own. */
const contentPolicy = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
}

function createApp({ http }: HttpParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: http.trustedProxies.length > 0 ? [...http.trustedProxies] : false,
    bodyLimit: limits.requestBytes,
    // Headers within Node's minute; a whole request, 40 MB over a slow line included, within five.
    requestTimeout: 300 * secondMs,
    routerOptions: { maxParamLength: 100 },
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: false,
    // An address that cannot be read, or with an endless part: no route has it.
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(request, reply, problemBody('route.unknown')),
  })
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients name the type also where they send nothing.
    if (body.length === 0) done(null, {})
    else void parseJson(request, body.toString(), done)
  })
  return app
}

function refuseWhile(app: FastifyInstance, isStopping: () => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isStopping() || request.url.startsWith('/health/')) return
    reply.header('connection', 'close')
    throw new Problem('service.unavailable')
  })
}

/** Whatever was thrown outside of a handler of the API; the same shape as inside. */
function answerErrors(app: FastifyInstance, { log }: HttpParts): void {
  app.setErrorHandler((error, request, reply) => {
    const limit = request.routeOptions.bodyLimit ?? limits.requestBytes
    const problem = problemOf(error, limit)
    if (problem === null) log.error({ requestId: request.id, err: error }, 'A request failed')
    const body =
      problem === null
        ? problemBody('internal', { requestId: request.id })
        : problemBody(problem.code, problem.params)
    return sendProblem(request, reply, body)
  })
  app.addHook('onSend', async (_, reply) => {
    const type = reply.getHeader('content-type')
    if (reply.statusCode < 400 || typeof type !== 'string' || !type.startsWith('application/json')) return
    if (reply.request.url.startsWith('/health/')) return
    reply.header('content-type', 'application/problem+json; charset=utf-8')
  })
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, body: ProblemBody): FastifyReply {
  if (body.status === 401) reply.header('www-authenticate', 'Bearer realm="Fairlead"')
  if (body.code === 'rate.limited') reply.header('retry-after', String(body.params.retryAfterSeconds))
  if (body.status === 503) reply.header('retry-after', '5')
  // The rest of a body that nobody will read would be taken for the next request.
  if (body.status === 413 || (request.raw.complete === false && body.status < 500))
    reply.header('connection', 'close')
  return reply.code(body.status).send(body)
}

async function listen(app: FastifyInstance, { host, port }: HttpParts['http']): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE') {
      throw new PlainError(
        `Port ${port} on ${host} is in use. Stop what uses it, or set FAIRLEAD_PORT to another one.`,
      )
    }
    if (code === 'EACCES') {
      throw new PlainError(
        `Port ${port} may not be opened by this user. Set FAIRLEAD_PORT to one above 1023.`,
      )
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new PlainError(`This machine has no address ${host}. Set FAIRLEAD_HOST to one of its own.`)
    }
    throw error
  }
}
