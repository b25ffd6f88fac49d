import Fastify from 'fastify'
import { type HealthParts, registerHealth } from '../http/health-routes.ts'

/** /health and /metrics for a process without the role http. */
export async function serveHealth(
  at: { host: string; port: number },
  parts: HealthParts,
): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ logger: false, forceCloseConnections: true })
  registerHealth(app, parts)
  const url = await app.listen(at)
  return { url, close: () => app.close() }
}
