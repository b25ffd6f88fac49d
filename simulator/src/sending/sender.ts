import nodemailer from 'nodemailer'
import type { Letter } from '../behaviours/behaviour.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'
import { routeTo } from './route.ts'

const maxWaiting = 20_000
const maxWaitingBytes = 64 * 1024 * 1024
const atOnce = 20
const maxRetryMs = 10_000
const keptOutcomes = 1_000

/** A letter to come: it is written when it is due. `weight` counts against the memory that waiting letters may hold. */
export interface Errand {
  readonly dueMs: number
  readonly weight: number
  readonly about: string
  readonly write: () => Letter | undefined
}

/** How a letter ended. */
export interface SentLetter {
  readonly at: string
  /** Id of the received message it answers. */
  readonly about: string
  readonly mailFrom: string
  readonly to: string
  readonly tries: number
  readonly outcome: 'sent' | 'kept' | 'refused' | 'gave-up' | 'nowhere'
  readonly answer: string
}

export interface SenderOptions {
  readonly zone: Zone
  readonly settings: SimulatorSettings
  /** Puts a letter to a simulated person into the store. */
  readonly keep: (letter: Letter) => Promise<void>
}

interface Underway {
  readonly errand: Errand
  readonly letter: Letter
  readonly tries: number
}

interface SmtpError extends Error {
  readonly responseCode?: number
}

/** Sends what simulated servers and people write. Waiting letters live in memory and end with the process. */
export class Sender {
  readonly #options: SenderOptions
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #ready: Underway[] = []
  readonly #sent: SentLetter[] = []
  #running = 0
  #weight = 0
  #isClosed = false

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** @returns false when too many letters wait: this one will not be written. */
  add(errand: Errand): boolean {
    const isTooMuch = this.#timers.size >= maxWaiting || this.#weight + errand.weight > maxWaitingBytes
    if (this.#isClosed || isTooMuch) return false
    this.#weight += errand.weight
    this.#later(errand.dueMs, () => this.#begin(errand))
    return true
  }

  /** The last letters and how they ended, newest last. */
  get sent(): readonly SentLetter[] {
    return this.#sent
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#ready.length = 0
  }

  #later(delayMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, delayMs)
    this.#timers.add(timer)
  }

  #begin(errand: Errand): void {
    const letter = errand.write()
    if (letter) this.#go({ errand, letter, tries: 1 })
    else this.#weight -= errand.weight
  }

  #go(underway: Underway): void {
    this.#ready.push(underway)
    this.#work()
  }

  #work(): void {
    while (!this.#isClosed && this.#running < atOnce) {
      const next = this.#ready.shift()
      if (!next) return
      this.#running++
      void this.#try(next).finally(() => {
        this.#running--
        this.#work()
      })
    }
  }

  async #try(underway: Underway): Promise<void> {
    const { letter, tries } = underway
    const route = routeTo(letter.to, this.#options)
    if (route.is === 'nowhere') return this.#end(underway, 'nowhere', route.why)
    try {
      if (route.is === 'inside') {
        await this.#options.keep(letter)
        return this.#end(underway, 'kept', 'the mailbox is simulated')
      }
      this.#end(underway, 'sent', await deliver(letter, route))
    } catch (error) {
      const { responseCode = 0, message } = error as SmtpError
      const { sendTries, sendRetryMs } = this.#options.settings
      if (responseCode >= 500) return this.#end(underway, 'refused', message)
      if (tries >= sendTries || this.#isClosed) return this.#end(underway, 'gave-up', message)
      const waitMs = Math.min(sendRetryMs * 2 ** (tries - 1), maxRetryMs)
      this.#later(waitMs, () => this.#go({ ...underway, tries: tries + 1 }))
    }
  }

  #end({ errand, letter, tries }: Underway, outcome: SentLetter['outcome'], answer: string): void {
    this.#weight -= errand.weight
    const { mailFrom, to } = letter
    this.#sent.push({
      at: new Date().toISOString(),
      about: errand.about,
      mailFrom,
      to,
      tries,
      outcome,
      answer,
    })
    if (this.#sent.length > keptOutcomes) this.#sent.shift()
  }
}

async function deliver(
  letter: Letter,
  { address, port }: { address: string; port: number },
): Promise<string> {
  const transport = nodemailer.createTransport({
    host: address,
    port,
    name: letter.ehlo,
    secure: false,
    // MX TLS is opportunistic: any certificate will do (RFC 7435).
    tls: { rejectUnauthorized: false },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    const envelope = { from: letter.mailFrom, to: [letter.to] }
    const sent = await transport.sendMail({ envelope, raw: letter.bytes })
    return sent.response
  } finally {
    transport.close()
  }
}
