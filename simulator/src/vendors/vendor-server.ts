import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Vendor } from './account.ts'
import { bearerOf, type VendorAnswer, type VendorCall, type VendorParts, type VendorRoute } from './call.ts'
import { type Fault, Faults } from './fault.ts'
import { gmailRoutes } from './gmail-routes.ts'
import { gmailError } from './gmail-shapes.ts'
import { answerGoogleOauth } from './google-oauth.ts'
import { graphRoutes, takeUpload } from './graph-routes.ts'
import { graphError } from './graph-shapes.ts'
import { answerMicrosoftOauth } from './microsoft-oauth.ts'

const maxBodyBytes = 48 * 1024 * 1024

/** Google and Microsoft as a client sees them: /google, /microsoft (sign-in) and /graph on one port. */
export class VendorServer {
  readonly faults = new Faults()
  readonly #server: Server
  readonly #parts: VendorParts

  private constructor(parts: VendorParts) {
    this.#parts = parts
    this.#server = createServer((request, response) => void this.#onRequest(request, response))
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  static async start(
    parts: VendorParts,
    { host, port }: { host: string; port: number },
  ): Promise<VendorServer> {
    const vendor = new VendorServer(parts)
    // As long as the providers' own: a client that computes for a while does not find its connection closed.
    vendor.#server.keepAliveTimeout = 65_000
    vendor.#server.listen(port, host)
    await once(vendor.#server, 'listening')
    return vendor
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  get parts(): VendorParts {
    return this.#parts
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = await readCall(request)
      const place = call && placeOf(call)
      if (!call || !place) return void response.writeHead(404).end()
      const fault = this.faults.take({ ...place, method: call.method })
      if (fault) return await this.#goWrong(fault, { call: { ...call, path: place.path }, place, response })
      send(response, await this.#answer({ ...call, path: place.path }, place))
    } catch (error) {
      if (!response.headersSent) response.writeHead(500).end(String(error))
    }
  }

  async #goWrong(
    fault: Fault,
    { call, place, response }: { call: VendorCall; place: Place; response: ServerResponse },
  ): Promise<void> {
    if (fault.does === 'answer') {
      const { status = 500, body: json = {}, retryAfterSeconds: seconds } = fault
      return send(response, {
        status,
        json,
        ...(seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }),
      })
    }
    if (fault.does === 'late') setTimeout(() => void this.#answer(call, place), fault.ms ?? 100)
    if (fault.does === 'lose-answer') await this.#answer(call, place)
    response.destroy()
  }

  async #answer(call: VendorCall, { vendor, door }: Place): Promise<VendorAnswer> {
    const notHere: VendorAnswer = { status: 404, json: {} }
    if (door === 'sign-in') {
      const answer = vendor === 'google' ? answerGoogleOauth : answerMicrosoftOauth
      return answer(call, this.#parts) ?? notHere
    }
    if (vendor === 'microsoft' && call.method === 'PUT') {
      const key = /^\/upload\/([\w-]+)$/.exec(call.path)?.[1] ?? ''
      return takeUpload(key, String(call.headers['content-range'] ?? ''), call.body) ?? notHere
    }
    return await this.#answerApi(call, vendor)
  }

  async #answerApi(call: VendorCall, vendor: Vendor): Promise<VendorAnswer> {
    const bearer = bearerOf(call, this.#parts, vendor)
    const isGoogle = vendor === 'google'
    if (!bearer) {
      return isGoogle
        ? gmailError(401, 'authError', 'Request had invalid authentication credentials.')
        : graphError(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.')
    }
    const routes: readonly VendorRoute[] = isGoogle ? gmailRoutes : graphRoutes
    const route = routes.find(one => one.method === call.method && one.path.test(call.path))
    if (!route)
      return isGoogle
        ? gmailError(404, 'notFound', 'Not Found')
        : graphError(404, 'ResourceNotFound', 'Resource not found.')
    if (!route.scopes.some(scope => bearer.scopes.includes(scope))) {
      return isGoogle
        ? gmailError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.')
        : graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
    }
    const parts = (route.path.exec(call.path)?.slice(1) ?? []).map(part => decodeURIComponent(part))
    return await route.answer({ ...call, account: bearer.account, parts }, this.#parts)
  }
}

interface Place {
  readonly vendor: Vendor
  readonly door: 'sign-in' | 'api'
  readonly path: string
}

function placeOf({ path }: VendorCall): Place | undefined {
  const [, base, rest = ''] = /^\/(google|microsoft|graph)(\/.*)$/.exec(path) ?? []
  if (base === 'google')
    return { vendor: 'google', door: /^\/(?:upload\/)?gmail\//.test(rest) ? 'api' : 'sign-in', path: rest }
  if (base === 'microsoft') return { vendor: 'microsoft', door: 'sign-in', path: rest }
  return base === 'graph' ? { vendor: 'microsoft', door: 'api', path: rest } : undefined
}

async function readCall(request: IncomingMessage): Promise<VendorCall | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  const base = `http://${request.headers.host ?? 'localhost'}`
  const url = new URL(request.url ?? '/', base)
  return {
    ...{ method: request.method ?? 'GET', path: url.pathname, query: url.searchParams },
    ...{ headers: request.headers, body: Buffer.concat(chunks), base },
  }
}

function send(response: ServerResponse, { status, json, bytes, contentType, headers }: VendorAnswer): void {
  if (response.destroyed) return
  const body = bytes ?? (json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json)))
  response.writeHead(status, {
    ...headers,
    ...(body.length > 0 ? { 'content-type': contentType ?? 'application/json; charset=UTF-8' } : {}),
    'content-length': body.length,
  })
  response.end(body)
}
