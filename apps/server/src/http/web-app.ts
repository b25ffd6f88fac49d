import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '@fairlead/contract'
import serveFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { hasSessionCookie } from '../team/session-desk.ts'

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
  const linkOf = readPreloads(folder)
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
      if (!isPage(folder, path)) return answer(reply, path)
      reply.header('link', linkOf(request.headers.cookie ?? ''))
      return answer(reply, '/index.html')
    },
  })
}

/**
 * What the page's first scripts will ask for, by whether the browser has a session: it asks for them at once then,
 * instead of one after the other. The build of the web app wrote it down.
 */
function readPreloads(folder: string): (cookies: string) => string {
  const path = join(folder, '.vite', 'preloads.json')
  const found: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const { visitor, member } = preloads.parse(found)
  const link = (files: readonly string[]) =>
    files.map(file => `<${file}>; rel=modulepreload; crossorigin`).join(', ')
  const [forVisitor, forMember] = [link(visitor), link(member)]
  return cookies => (hasSessionCookie(cookies) ? forMember : forVisitor)
}

const files = z.array(z.string()).default([])
const preloads = z.object({ visitor: files, member: files })

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/'

/** Whether the app's one page answers here: everywhere but at a file that exists. */
const isPage = (folder: string, path: string): boolean =>
  !path.startsWith('/assets/') &&
  !(/^\/[\w-]+\.\w+$/.test(path) && path !== '/index.html' && existsSync(join(folder, path)))

/** Files of /assets carry a hash of their content in their name and never change; all else is asked for again. */
function answer(reply: FastifyReply, path: string): FastifyReply {
  reply.header('content-security-policy', contentPolicy)
  if (path.startsWith('/assets/')) {
    return reply.sendFile(path, { maxAge: yearMs, immutable: true, cacheControl: true })
  }
  reply.header('cache-control', 'no-cache')
  return reply.sendFile(path)
}
