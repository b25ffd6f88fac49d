import { setTimeout as delay } from 'node:timers/promises'
import type { AcceptedEmail, Delivery, Email } from '@fairlead/contract'

/** The documented HTTP API as a stranger's program would use it: fetch, JSON, a key. */
export class ApiClient {
  readonly #base: string
  readonly #key: string

  constructor(base: string, key: string) {
    this.#base = `${base}/api/v1`
    this.#key = key
  }

  /** Any call; throws with the problem's body on an error status. */
  async call<T>(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<T> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }

  /** A file, as it is. */
  async upload<T>(path: string, file: Uint8Array<ArrayBuffer>): Promise<T> {
    const headers = { authorization: `Bearer ${this.#key}`, 'content-type': 'application/octet-stream' }
    const response = await fetch(`${this.#base}${path}`, { method: 'POST', headers, body: file })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** What a stream of server-sent events says, up to its end or the first message that `isLast` holds of. */
  async stream<T>(
    method: 'GET' | 'POST',
    path: string,
    options: { isLast?: (message: T) => boolean; signal?: AbortSignal } = {},
  ): Promise<readonly T[]> {
    const { isLast, signal } = options
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: '{}' } : {}),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!response.ok || response.body === null)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    const messages: T[] = []
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = `${rest}${chunk}`.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks.filter(text => /^event: message$/m.test(text))) {
        const message = JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? 'null') as T
        messages.push(message)
        if (isLast?.(message) === true) return messages
      }
    }
    return messages
  }

  /** Sends an email; the same key again, as a careful program does, while the server is away. */
  async send(
    email: Readonly<Record<string, unknown>>,
    idempotencyKey: string = crypto.randomUUID(),
  ): Promise<AcceptedEmail> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.call('POST', '/emails', {
          body: { subject: 'Hello', text: 'Hello there', ...email },
          headers: { 'idempotency-key': idempotencyKey },
        })
      } catch (error) {
        if (!(error instanceof TypeError) || tries >= 200) throw error
        await delay(100)
      }
    }
  }

  email(id: string): Promise<Email> {
    return this.call('GET', `/emails/${id}`)
  }

  /** Asks until the email's deliveries satisfy the check, or says what they are after the time. */
  async until(
    id: string,
    check: (deliveries: readonly Delivery[]) => boolean,
    withinMs = 20_000,
  ): Promise<Email> {
    const endAt = performance.now() + withinMs
    for (;;) {
      const email = await this.email(id)
      if (check(email.deliveries)) return email
      if (performance.now() > endAt) {
        const states = email.deliveries.map(
          one => `${one.address} ${one.state} ${one.reason?.code ?? ''} ${one.reason?.reply ?? ''}`,
        )
        throw new Error(`after ${withinMs} ms: ${states.join('; ')}`)
      }
      await delay(50)
    }
  }
}
