import type { ReceivedMessage } from './received/message.ts'
import type { ReceivedQuery } from './received/query.ts'
import type { SentLetter } from './sending/sender.ts'
import type { SimulatorSettings } from './settings.ts'
import type { AccountChange, ShownAccount } from './vendors/control-routes.ts'
import type { Fault } from './vendors/fault.ts'
import type { ZoneRecord } from './zone/record.ts'

export { sandboxClient } from './vendors/oauth.ts'
export type {
  AccountChange,
  Fault,
  ReceivedMessage,
  ReceivedQuery,
  SentLetter,
  ShownAccount,
  SimulatorSettings,
  ZoneRecord,
}

export interface WaitFor extends ReceivedQuery {
  readonly count?: number
  readonly timeoutMs?: number
  /** Counts only messages whose verdicts are there. */
  readonly verdicts?: boolean
}

/** Speaks to the control interface of a running simulator. Every call throws an Error with its sentence when refused. */
export class SimulatorClient {
  readonly #control: string

  /** @param control base URL, as the simulator's ready line names it. */
  constructor(control: string) {
    this.#control = control
  }

  /** Newest first, or oldest first with `order: 'asc'`. At most 1,000. */
  received(query: ReceivedQuery & { limit?: number; order?: 'asc' | 'desc' } = {}) {
    return this.#call<{ total: number; messages: ReceivedMessage[] }>(`/received${search(query)}`)
  }

  /** @throws Error when fewer than `count` (default 1) arrived within `timeoutMs` (default 10 s, at most 60 s). */
  async wait({ verdicts, ...query }: WaitFor): Promise<ReceivedMessage[]> {
    const path = `/received/wait${search({ ...query, ...(verdicts ? { verdicts: 1 } : {}) })}`
    const { complete, messages } = await this.#call<{ complete: boolean; messages: ReceivedMessage[] }>(path)
    if (!complete) throw new Error(`only ${messages.length} arrived for ${JSON.stringify(query)}`)
    return messages
  }

  message(id: string) {
    return this.#call<ReceivedMessage>(`/received/${id}`)
  }

  async raw(id: string): Promise<Buffer> {
    const response = await fetch(`${this.#control}/received/${id}/raw`)
    if (!response.ok) throw new Error(`${response.status} for message ${id}`)
    return Buffer.from(await response.arrayBuffer())
  }

  clear() {
    return this.#call<{ total: number }>('/received', 'DELETE')
  }

  putZone(records: readonly ZoneRecord[]) {
    return this.#call<{ records: number }>('/zone', 'PUT', records)
  }

  putOptions(options: Partial<SimulatorSettings>) {
    return this.#call<SimulatorSettings>('/options', 'PUT', options)
  }

  /** Local parts and domains that behave in a special way. */
  behaviours() {
    return this.#call<{
      recipients: { localPart: string; says: string; source: string | null }[]
      domains: { domain: string; says: string }[]
    }>('/behaviours')
  }

  /** Simulated Gmail and Microsoft accounts with their mailboxes. */
  accounts() {
    return this.#call<ShownAccount[]>('/vendors/accounts')
  }

  /** Makes an account, or does something to it. */
  putAccount(change: AccountChange) {
    return this.#call<{ ok: boolean }>('/vendors/accounts', 'PUT', change)
  }

  /** What goes wrong with the next calls to the vendors, in place of what was put before. */
  putFaults(faults: readonly Fault[]) {
    return this.#call<{ left: number }>('/vendors/faults', 'PUT', faults)
  }

  /** Faults that have not come yet. */
  async faultsLeft(): Promise<number> {
    return (await this.#call<{ left: number }>('/vendors/faults')).left
  }

  /** Registers OAuth clients: id and secret. */
  putClients(clients: Readonly<Record<string, string>>) {
    return this.#call<{ clients: number }>('/vendors/clients', 'PUT', clients)
  }

  /** What the simulated servers and people sent, newest last. */
  sent() {
    return this.#call<SentLetter[]>('/sent')
  }

  async #call<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    const response = await fetch(this.#control + path, {
      method,
      headers: { 'x-fairlead-simulator': '1', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as T & { error?: string }
    if (!response.ok) throw new Error(answer.error ?? `${response.status}`)
    return answer
  }
}

function search(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text ? `?${text}` : ''
}
