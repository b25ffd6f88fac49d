import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer other than 200. */
export class HttpProblem extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const maxBodyBytes = 8 * 1024 * 1024

/** @throws HttpProblem 413 or 400 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new HttpProblem(413, `a body may have ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new HttpProblem(400, 'the body is not JSON')
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(`${JSON.stringify(body)}\n`)
}

/**
 * Web pages a person visits must not steer the simulator: the Host must be a loopback name (against DNS rebinding),
 * and a change needs a header that a page of another origin cannot send without being asked for it first (Fetch
 * standard, CORS-safelisted request headers), which is never granted.
 * @throws HttpProblem 403
 */
export function guard(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host))
    throw new HttpProblem(403, 'not a loopback host name')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead && request.headers['x-fairlead-simulator'] !== '1')
    throw new HttpProblem(403, 'changes need the header X-Fairlead-Simulator: 1')
}
