import type { FastifyInstance } from 'fastify'
import type { HttpParts } from './parts.ts'

export interface RunningRequests {
  /** Resolves when no request runs, or after `graceMs`. */
  ended(graceMs: number): Promise<void>
}

/**
 * One log line and one count a request, with the route's pattern in place of its address: ids, searches and cursors of
 * people stay out. Health checks and metrics are counted, not logged.
 */
export function countRequests(app: FastifyInstance, { log, metrics }: HttpParts): RunningRequests {
  const seconds = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Time to answer a request',
    labels: ['method', 'route', 'status'],
  })
  let running = 0
  let whenNone: () => void = () => undefined
  app.addHook('onRequest', async (request, reply) => {
    running += 1
    reply.header('x-request-id', request.id)
    reply.raw.once('close', () => {
      running -= 1
      if (running === 0) whenNone()
    })
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    seconds.observe(labels, reply.elapsedTime / 1_000)
    if (route.startsWith('/health/') || route === '/metrics') return
    const apiKeyId = request.caller?.apiKeyId
    const facts = {
      requestId: request.id,
      ...labels,
      ms: Math.round(reply.elapsedTime),
      from: request.ip,
      apiKeyId,
    }
    log.info(facts, 'Answered')
  })
  return {
    ended: graceMs =>
      new Promise(resolve => {
        if (running === 0) return resolve()
        const timer = setTimeout(resolve, graceMs)
        whenNone = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}
