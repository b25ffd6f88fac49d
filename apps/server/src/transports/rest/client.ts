import { lookup } from 'node:dns/promises'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TLSSocket } from 'node:tls'
import type { AddressGuard } from '../address-guard.ts'
import { RestError, type RestTrouble } from './rest-error.ts'

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** http or https. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** A stream needs its size: some far sides refuse chunks. */
  readonly body?:
    | string
    | Uint8Array
    | { readonly size: number; readonly open: () => AsyncIterable<Uint8Array> }
  readonly signal: AbortSignal
  /** For the whole call; default 30 s. */
  readonly timeoutMs?: number
  /** Octets of the answer that are taken; default 1 MB. */
  readonly maxAnswerBytes?: number
  /** Runs when the last byte has left; the answer is read after it. */
  readonly onSent?: () => Promise<void> | undefined
}

export interface RestAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly host: string
  readonly address: string
  /** Protocol of the connection, e.g. TLSv1.3; absent: clear text. */
  readonly tls?: string
}

export interface RestClient {
  /** Exactly one try: no redirect is followed, nothing is sent again. Rejects with a RestError, and only with that. */
  call(request: RestRequest): Promise<RestAnswer>
  /** Ends idle connections. */
  close(): void
}

const defaultTimeoutMs = 30_000
const defaultAnswerBytes = 1_000_000

/**
 * Calls REST interfaces whose hosts the guard lets through. A name is resolved once, its address is asked, and the
 * connection goes to that very address under the name's certificate.
 */
export function createRestClient(guard: AddressGuard): RestClient {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }
  return {
    async call(request) {
      const timeout = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs)
      const signal = AbortSignal.any([request.signal, timeout])
      const url = new URL(request.url)
      const trip: Trip = { url, signal, isTimeout: () => timeout.aborted, hasLeft: false }
      try {
        signal.throwIfAborted()
        const address = await addressOf(url, guard)
        return await exchange(request, address, agents, trip)
      } catch (error) {
        throw asRestError(error, trip)
      }
    },
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

interface Trip {
  readonly url: URL
  readonly signal: AbortSignal
  isTimeout(): boolean
  /** Did a byte of the request go to a connection that stood? */
  hasLeft: boolean
}

const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80)

async function addressOf(url: URL, guard: AddressGuard): Promise<string> {
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const found = isIP(name) ? [{ address: name }] : await lookup(name, { all: true }).catch(() => [])
  let refusal = `${name} has no address.`
  for (const { address } of found) {
    const refused = guard.refusal(address, portOf(url))
    if (refused === null) return address
    refusal = refused
  }
  throw new RestError(refusal, { trouble: 'unreachable', isUnsent: true })
}

async function exchange(
  request: RestRequest,
  address: string,
  agents: { http: HttpAgent; https: HttpsAgent },
  trip: Trip,
): Promise<RestAnswer> {
  const { url, signal } = trip
  const isTls = url.protocol === 'https:'
  const body = bodyOf(request.body)
  const sent = (isTls ? requestHttps : requestHttp)({
    method: request.method,
    host: address,
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: { ...request.headers, host: url.host, ...lengthOf(request, body) },
    agent: isTls ? agents.https : agents.http,
    ...(isTls && !isIP(url.hostname) ? { servername: url.hostname } : {}),
    signal,
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  // An answer may come before the body has left, and then the rest of the body has nowhere to go.
  answered.catch(() => undefined)
  const socket = await socketOf(sent, isTls)
  trip.hasLeft = true
  const leaving = pipeline(Readable.from(body.open()), sent)
  leaving.catch(() => undefined)
  if (request.onSent) await leaving.then(request.onSent, () => undefined)
  const answer = await answered
  const content = await readAll(answer, request.maxAnswerBytes ?? defaultAnswerBytes)
  const tls = socket instanceof TLSSocket ? socket.getProtocol() : null
  return {
    status: answer.statusCode ?? 0,
    headers: flat(answer.headers),
    body: content,
    host: url.hostname,
    address,
    ...(tls === null ? {} : { tls }),
  }
}

/** The connection, once it stands; what fails before cannot have been seen by the far side. */
function socketOf(sent: ReturnType<typeof requestHttp>, isTls: boolean): Promise<Socket> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject)
    sent.once('socket', socket => {
      if (!socket.connecting && !(isTls && socket instanceof TLSSocket && socket.getProtocol() === null))
        return resolve(socket)
      socket.once(isTls ? 'secureConnect' : 'connect', () => resolve(socket))
    })
  })
}

function bodyOf(body: RestRequest['body']): { size: number; open: () => AsyncIterable<Uint8Array> } {
  if (body !== undefined && typeof body === 'object' && 'open' in body) return body
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array())
  return {
    size: bytes.length,
    open: async function* () {
      if (bytes.length > 0) yield bytes
    },
  }
}

function lengthOf({ method }: RestRequest, { size }: { size: number }): Record<string, string> {
  return size > 0 || method !== 'GET' ? { 'content-length': String(size) } : {}
}

async function readAll(answer: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) {
      answer.destroy()
      throw new RestError(`The answer is larger than ${most} octets.`, {
        trouble: 'too-large',
        isUnsent: false,
      })
    }
    chunks.push(chunk)
  }
  if (!answer.complete) throw new Error('the answer ended half-way')
  return Buffer.concat(chunks)
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}

function asRestError(error: unknown, trip: Trip): RestError {
  if (error instanceof RestError) return error
  const { code } = error as { code?: string }
  const trouble: RestTrouble = trip.signal.aborted
    ? trip.isTimeout()
      ? 'timeout'
      : 'aborted'
    : /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|ERR_SSL)/.test(code ?? '')
      ? 'tls'
      : 'network'
  return new RestError(`${trip.url.hostname}: ${sayTrouble[trouble]}${code ? ` (${code})` : ''}`, {
    trouble,
    isUnsent: !trip.hasLeft,
  })
}

const sayTrouble: Readonly<Record<RestTrouble, string>> = {
  unreachable: 'cannot be reached',
  network: 'the connection failed',
  tls: 'no trustworthy encrypted connection',
  timeout: 'no answer in time',
  aborted: 'stopped by Fairlead',
  'too-large': 'the answer is too large',
}
