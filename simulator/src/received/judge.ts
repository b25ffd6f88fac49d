import { Resolver } from 'node:dns/promises'
import { createReadStream } from 'node:fs'
import type { AuthenticateResult, DNSResolver } from 'mailauth'
import type { ReceivedMessage, Verdicts } from './message.ts'
import type { ReceivedStore } from './store.ts'

const maxWaiting = 5_000
const atOnce = 4
const timeoutMs = 20_000

/** What mailauth asks for, through the simulator's own name server. */
function resolverOf(dns: string): DNSResolver {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 })
  resolver.setServers([dns])
  return async (domain, type) => {
    if (type === 'TXT') return resolver.resolveTxt(domain)
    if (type === 'A') return resolver.resolve4(domain)
    if (type === 'AAAA') return resolver.resolve6(domain)
    if (type === 'PTR') return resolver.resolvePtr(domain)
    // SPF's mx mechanism and BIMI read the shapes of node:dns as they are.
    return (await resolver.resolve(domain, type)) as unknown as string[]
  }
}

function readVerdicts({ spf, dkim, dmarc, arc, headers }: AuthenticateResult): Verdicts {
  const signatures = dkim.results.map(({ status, signingDomain, selector, algo }) => ({
    result: status.result,
    domain: signingDomain ?? '',
    selector: selector ?? '',
    algorithm: algo ?? '',
    isAligned: Boolean(status.aligned),
    comment: status.comment ?? '',
  }))
  return {
    state: 'done',
    ...(spf ? { spf: { result: spf.status.result, domain: spf.domain } } : {}),
    dkim: signatures,
    ...(dmarc
      ? { dmarc: { result: dmarc.status.result, domain: dmarc.domain ?? '', policy: dmarc.policy ?? '' } }
      : {}),
    ...(arc ? { arc: { result: arc.status.result } } : {}),
    header: headers,
  }
}

/** Computes SPF, DKIM, DMARC and ARC after a message was answered; under load it lags, and beyond a bound it skips. */
export class Judge {
  readonly #store: ReceivedStore
  readonly #resolver: DNSResolver
  readonly #waiting: ReceivedMessage[] = []
  readonly #working = new Set<Promise<void>>()
  #isClosed = false

  /** @param dns `address:port` of the name server. */
  constructor(store: ReceivedStore, dns: string) {
    this.#store = store
    this.#resolver = resolverOf(dns)
  }

  /** Queues a message of the store. */
  add(message: ReceivedMessage): void {
    if (this.#waiting.length >= maxWaiting) this.#skip(message, 'too many messages wait')
    else this.#waiting.push(message)
    this.#work()
  }

  /** Waits for what is being computed; the rest stays pending. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#working)
  }

  #work(): void {
    while (!this.#isClosed && this.#working.size < atOnce) {
      const message = this.#waiting.shift()
      if (!message) return
      const work = this.#judge(message).finally(() => {
        this.#working.delete(work)
        this.#work()
      })
      this.#working.add(work)
    }
  }

  async #judge(message: ReceivedMessage): Promise<void> {
    // Half of all the code there is to load, and no start waits for a verdict.
    const { authenticate } = await import('mailauth')
    const stream = createReadStream(this.#store.pathOf(message.id))
    const timer = setTimeout(() => stream.destroy(new Error('took too long')), timeoutMs)
    try {
      const result = await authenticate(stream, {
        ip: message.clientAddress,
        helo: message.ehlo,
        sender: message.mailFrom,
        mta: 'mx.simulator.example',
        resolver: this.#resolver,
        disableBimi: true,
      })
      await this.#store.judge(message.id, readVerdicts(result))
    } catch (error) {
      this.#skip(message, error instanceof Error ? error.message : String(error))
    } finally {
      clearTimeout(timer)
      stream.destroy()
    }
  }

  #skip({ id }: ReceivedMessage, skipped: string): void {
    this.#store.judge(id, { state: 'skipped', skipped }).catch(() => {})
  }
}
