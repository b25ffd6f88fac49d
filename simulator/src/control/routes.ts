import type { IncomingMessage, ServerResponse } from 'node:http'
import { behaviours } from '../behaviours/table.ts'
import type { ReceivedQuery } from '../received/query.ts'
import type { ReceivedStore } from '../received/store.ts'
import type { SentLetter } from '../sending/sender.ts'
import { readSettings, type SimulatorSettings } from '../settings.ts'
import { changeAccount, putClients, putFaults, showAccounts } from '../vendors/control-routes.ts'
import type { VendorServer } from '../vendors/vendor-server.ts'
import { oddDomains } from '../zone/odd-domains.ts'
import type { Zone } from '../zone/zone.ts'
import { HttpProblem, readJson, sendJson } from './http.ts'
import { waitForMessages } from './wait.ts'

export interface Controlled {
  readonly zone: Zone
  readonly store: ReceivedStore
  readonly settings: SimulatorSettings
  readonly sent: () => readonly SentLetter[]
  readonly vendors: VendorServer
  /** Makes changes of zone and settings outlive the process. */
  readonly persist: () => Promise<void>
}

export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  /** The variable part of the path. */
  readonly id: string
  readonly signal: AbortSignal
}

interface Route {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly path: RegExp
  /** What to answer with 200; undefined when the route answered itself. */
  readonly answer: (controlled: Controlled, call: Call) => unknown
}

const maxList = 1_000
const maxWaitMs = 60_000

function count(url: URL, name: string, bounds: { fallback: number; max: number }): number {
  const given = url.searchParams.get(name)
  if (given === null) return bounds.fallback
  if (!/^\d{1,9}$/.test(given)) throw new HttpProblem(400, `${name} must be a whole number`)
  return Math.min(Number(given), bounds.max)
}

function queryOf({ searchParams }: URL): ReceivedQuery {
  const names = ['to', 'from', 'subject', 'messageId', 'after'] as const
  const given = names.map(name => [name, searchParams.get(name)]).filter(([, value]) => value !== null)
  return Object.fromEntries(given)
}

function list({ store }: Controlled, { url }: Call) {
  const limit = count(url, 'limit', { fallback: 100, max: maxList })
  const found = store.find(queryOf(url))
  const isOldestFirst = url.searchParams.get('order') === 'asc'
  const messages = isOldestFirst ? found.slice(0, limit) : found.toReversed().slice(0, limit)
  return { total: found.length, messages }
}

function one({ store }: Controlled, { id }: Call) {
  const message = store.get(id)
  if (!message) throw new HttpProblem(404, 'no such message')
  return message
}

async function raw({ store }: Controlled, { id, response }: Call) {
  const bytes = await store.read(id)
  if (!bytes) throw new HttpProblem(404, 'no such message')
  // Plain text and nosniff: a browser must never run what somebody mailed.
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
    'content-security-policy': 'sandbox',
  })
  response.end(bytes)
}

function wait({ store }: Controlled, { url, signal }: Call) {
  return waitForMessages(store, queryOf(url), {
    count: count(url, 'count', { fallback: 1, max: 1_000_000 }),
    timeoutMs: count(url, 'timeoutMs', { fallback: 10_000, max: maxWaitMs }),
    needsVerdicts: url.searchParams.get('verdicts') === '1',
    signal,
  })
}

async function putZone({ zone, persist }: Controlled, { request }: Call) {
  const given = await readJson(request)
  if (!Array.isArray(given)) throw new HttpProblem(400, 'give a list of {name, type, data, ttl?}')
  try {
    zone.put(given)
  } catch (error) {
    throw new HttpProblem(400, error instanceof Error ? error.message : String(error))
  }
  await persist()
  return { records: zone.list().length }
}

async function putOptions({ settings, persist }: Controlled, { request }: Call) {
  const given = await readJson(request)
  try {
    Object.assign(settings, readSettings(given))
  } catch (error) {
    throw new HttpProblem(400, error instanceof Error ? error.message : String(error))
  }
  await persist()
  return settings
}

export const routes: readonly Route[] = [
  { method: 'GET', path: /^\/received$/, answer: list },
  {
    method: 'DELETE',
    path: /^\/received$/,
    answer: ({ store }) => store.clear().then(() => ({ total: 0 })),
  },
  { method: 'GET', path: /^\/received\/wait$/, answer: wait },
  { method: 'GET', path: /^\/received\/(\w+)$/, answer: one },
  { method: 'GET', path: /^\/received\/(\w+)\/raw$/, answer: raw },
  { method: 'GET', path: /^\/sent$/, answer: ({ sent }) => sent() },
  { method: 'GET', path: /^\/zone$/, answer: ({ zone }) => zone.list() },
  { method: 'PUT', path: /^\/zone$/, answer: putZone },
  {
    method: 'DELETE',
    path: /^\/zone$/,
    answer: ({ zone, persist }) => {
      zone.clear()
      return persist().then(() => ({ records: 0 }))
    },
  },
  { method: 'GET', path: /^\/vendors\/accounts$/, answer: ({ vendors }) => showAccounts(vendors) },
  {
    method: 'PUT',
    path: /^\/vendors\/accounts$/,
    answer: ({ vendors }, call) => changeAccount(vendors, call),
  },
  { method: 'GET', path: /^\/vendors\/faults$/, answer: ({ vendors }) => ({ left: vendors.faults.left }) },
  { method: 'PUT', path: /^\/vendors\/faults$/, answer: ({ vendors }, call) => putFaults(vendors, call) },
  { method: 'PUT', path: /^\/vendors\/clients$/, answer: ({ vendors }, call) => putClients(vendors, call) },
  { method: 'GET', path: /^\/options$/, answer: ({ settings }) => settings },
  { method: 'PUT', path: /^\/options$/, answer: putOptions },
  {
    method: 'GET',
    path: /^\/behaviours$/,
    answer: () => ({
      recipients: behaviours.map(({ localPart, says, source }) => ({ localPart, says, source })),
      domains: oddDomains.map(({ domain, says }) => ({ domain, says })),
    }),
  },
]

/** Finds the route and answers. @throws HttpProblem */
export async function answerCall(controlled: Controlled, call: Omit<Call, 'id'>): Promise<void> {
  const { request, response, url } = call
  const here = routes.filter(({ path }) => path.test(url.pathname))
  const route = here.find(({ method }) => method === request.method)
  if (!route) throw new HttpProblem(here.length > 0 ? 405 : 404, 'no such call')
  const id = route.path.exec(url.pathname)?.[1] ?? ''
  const body = await route.answer(controlled, { ...call, id })
  if (body !== undefined) sendJson(response, 200, body)
}
