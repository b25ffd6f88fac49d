import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '@fairlead/contract'
import serveFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * Everything from this host, nothing inline: what a stranger wrote and what slipped through the sanitiser still runs
 * no script and asks no other host for anything. Pictures may also come out of the page's own memory.
 */
const contentPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const yearMs = 365 * 24 * 3_600_000

interface WebApp {
  /** Where the built app is. */
  readonly folder: string
  readonly countAnonymous: (request: FastifyRequest) => Promise<void>
}

/**
 * The built web app: its files, and its one page for every other address that is none of the API's, for the app knows
 * its own addresses. Without a built app there is the API alone.
 */
export async function registerWebApp(
  app: FastifyInstance,
  { folder, countAnonymous }: WebApp,
): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return
  await app.register(serveFiles, { root: folder, serve: false, preCompressed: true, cacheControl: false })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    config: { access: 'anyone' },
    handler: async (request: FastifyRequest, reply) => {
      const path = pathOf(request)
      if (/^\/(api|health|metrics)(\/|$)/.test(path)) {
        await countAnonymous(request)
        throw new Problem('route.unknown')
      }
      return answer({ reply, folder, path })
    },
  })
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/'

/** Files of /assets carry a hash of their content in their name and never change; all else is asked for again. */
function answer({
  reply,
  folder,
  path,
}: {
  reply: FastifyReply
  folder: string
  path: string
}): FastifyReply {
  reply.header('content-security-policy', contentPolicy)
  if (path.startsWith('/assets/')) {
    return reply.sendFile(path, { maxAge: yearMs, immutable: true, cacheControl: true })
  }
  reply.header('cache-control', 'no-cache')
  const isFile = /^\/[\w-]+\.\w+$/.test(path) && path !== '/index.html' && existsSync(join(folder, path))
  return reply.sendFile(isFile ? path : 'index.html')
}
