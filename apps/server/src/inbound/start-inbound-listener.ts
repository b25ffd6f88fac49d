import type { AddressInfo } from 'node:net'
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Db } from '../platform/database/connect.ts'
import { codeOf } from '../platform/plain-error.ts'
import { Admission, type AdmissionLimits } from './admission.ts'
import { type Destination, type InboundHosts, readDestination } from './destination.ts'
import { GuardedServer } from './guarded-server.ts'
import { noteProbeRefused, type ProbeOfLink, probeOf } from './probes.ts'
import { MessageTooLargeError, NoRoomError, receiveMessage } from './receive-message.ts'
import { isReportToken } from './report-tokens.ts'
import { makeSelfSignedCertificate } from './self-signed-certificate.ts'
import { type ArrivedMail, storeNotices } from './store-notices.ts'
import { Turns } from './turns.ts'

/**
 * The mail server that takes what comes back: returned mail, complaints, replies to return paths (RFC 5321, spec 7.1).
 * It decides at RCPT, relays nothing, and answers 250 only after the bytes are committed.
 *
 * Line ends: only <CRLF>.<CRLF> ends a message, so a bare LF cannot smuggle a second one in; the mail is kept byte
 * for byte and never sent on. Commands may end in a bare LF. Of smtp-server 3.21.6 one must know: each greeting waits
 * 100 ms for clients that talk too soon, which no option changes; its time-out starts again with every byte
 * (admission.ts holds the real deadlines); the envelope is emptied by the callback.
 */

export interface InboundListenerOptions extends InboundHosts {
  readonly db: Db
  /** Null: all addresses. */
  readonly host: string | null
  /** 0: any free one. */
  readonly port: number
  readonly log: {
    info(facts: object, message: string): void
    warn(facts: object, message: string): void
  }
  /** PEM; without it a self-signed certificate is made, which opportunistic TLS takes (RFC 7435). */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** New notices are committed: wake the reader. */
  readonly onStored?: () => void
  readonly limits?: Partial<InboundLimits>
}

export interface InboundLimits extends AdmissionLimits {
  readonly messageBytes: number
  readonly recipients: number
  /** Without a byte from the client. */
  readonly idleMs: number
  /** From the greeting, or the end of a message, to the next DATA, whatever the client sends. */
  readonly commandsMs: number
  /** From DATA to the last dot. */
  readonly messageMs: number
  /** How long a shutdown lets messages finish that are under way. */
  readonly graceMs: number
  /** How many messages above 256 KiB may be under way at once. */
  readonly largeMessages: number
  /** How many messages are written to the database at once. */
  readonly writers: number
}

export const inboundLimits: InboundLimits = {
  mostConnections: 500,
  mostPerAddress: 50,
  messageBytes: 40 * 1024 * 1024,
  recipients: 100,
  idleMs: 120_000,
  commandsMs: 300_000,
  messageMs: 600_000,
  graceMs: 10_000,
  largeMessages: 20,
  writers: 6,
}

export interface InboundListener {
  readonly address: string
  readonly port: number
  /** Refuses new connections, lets messages under way finish for `graceMs`, then cuts. */
  close(): Promise<void>
}

// What a refusing mail server needs no more than: no login, no relaying front, no relics.
const refusedCommands = ['AUTH', 'VRFY', 'EXPN', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL']

/** Starts to listen; throws what `listen` throws (EADDRINUSE, EACCES). */
export async function startInboundListener(options: InboundListenerOptions): Promise<InboundListener> {
  const server = new InboundServer(options, { ...inboundLimits, ...options.limits })
  const { address, port } = await server.start()
  return { address, port, close: () => server.stop() }
}

class Reply extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

type Answer = (error?: Error | null, text?: string) => void

class InboundServer {
  readonly #options: InboundListenerOptions
  readonly #limits: InboundLimits
  readonly #smtp: GuardedServer
  readonly #admission: Admission
  readonly #room: { free: number }
  readonly #writers: Turns
  #isStopping = false

  constructor(options: InboundListenerOptions, limits: InboundLimits) {
    this.#options = options
    this.#limits = limits
    this.#room = { free: limits.largeMessages }
    this.#writers = new Turns(limits.writers)
    this.#admission = new Admission({
      limits,
      deadlines: { commands: limits.commandsMs, message: limits.messageMs, storing: null },
      onLate: id => this.#smtp.cut(id, '4.4.2 You take too long'),
    })
    this.#smtp = new GuardedServer(this.#admission, {
      ...(options.tls ?? makeSelfSignedCertificate(options.mailDomain)),
      name: options.mailDomain,
      size: limits.messageBytes,
      maxRecipients: limits.recipients,
      maxCommandLength: 4096,
      socketTimeout: limits.idleMs,
      closeTimeout: limits.graceMs,
      disabledCommands: refusedCommands,
      disableReverseLookup: true,
      authOptional: true,
      logger: false,
      onRcptTo: (address, _session, answer) => {
        this.#refusalOf(address.address)
          .then(refusal => answer(refusal))
          .catch((error: unknown) => answer(this.#replyTo(error)))
      },
      onData: (stream, session, answer) => {
        this.#take(stream, session)
          .then(text => this.#conclude(session.id, answer, null, text))
          .catch((error: unknown) => this.#conclude(session.id, answer, this.#replyTo(error), undefined))
      },
      onClose: session => this.#admission.leave(session.id),
    })
    // Clients that vanish and handshakes that fail: nothing to do, nothing to crash for, and no stack to log.
    this.#smtp.on('error', error => options.log.info({ code: codeOf(error) }, 'inbound connection failed'))
  }

  start(): Promise<{ address: string; port: number }> {
    return new Promise((resolve, reject) => {
      const { server } = this.#smtp
      // What is beyond this is dropped without a word: the words cost more than the connection.
      server.maxConnections = this.#limits.mostConnections + 1_000
      server.once('error', reject)
      this.#smtp.listen(
        {
          port: this.#options.port,
          backlog: 1_024,
          ...(this.#options.host === null ? {} : { host: this.#options.host }),
        },
        () => {
          server.removeListener('error', reject)
          const { address, port } = server.address() as AddressInfo
          resolve({ address, port })
        },
      )
    })
  }

  stop(): Promise<void> {
    this.#isStopping = true
    const closed = new Promise<void>(resolve => this.#smtp.close(() => resolve()))
    for (const connection of [...this.#smtp.connections])
      if (this.#admission.phaseOf(connection.id) === 'commands')
        this.#smtp.cut(connection.id, '4.3.2 Shutting down')
    return closed
  }

  async #refusalOf(recipient: string): Promise<Reply | null> {
    const probe = probeOf(recipient, this.#options)
    if (probe !== null) this.#noteProbe(probe)
    const found = readDestination(recipient, this.#options)
    if (found === 'unknown-user') return new Reply(550, '5.1.1 Nobody of that name here')
    if (found === 'no-relay') return new Reply(550, '5.7.1 We do not relay')
    if (found.kind === 'dmarc-report' && !(await isReportToken(this.#options.db, found.token)))
      return new Reply(550, '5.1.1 Nobody of that name here')
    return null
  }

  /** Refused as any unknown name is: the sender's server has to make the notice (RFC 5321 §6.1). */
  #noteProbe(probe: ProbeOfLink): void {
    noteProbeRefused(this.#options.db, probe).catch((error: unknown) =>
      this.#options.log.warn({ err: error, linkId: probe.linkId }, 'a probe was refused, but not noted'),
    )
  }

  /** Reads the message to its end and commits it. */
  async #take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    this.#admission.enter(session.id, 'message')
    const { mailFrom, rcptTo } = session.envelope
    const destinations = destinationsOf(
      rcptTo.map(one => one.address),
      this.#options,
    )
    const message = await receiveMessage(stream, { limit: this.#limits.messageBytes, room: this.#room })
    try {
      this.#admission.enter(session.id, 'storing')
      await this.#store({
        ...{ message, destinations, envelopeFrom: mailFrom === false ? '' : mailFrom.address },
        clientAddress: session.remoteAddress.replace(/^::ffff:/i, ''),
        helo: session.hostNameAppearsAs || '',
      })
    } finally {
      await message.dispose()
    }
    this.#options.onStored?.()
    return '2.0.0 Kept'
  }

  async #store(mail: ArrivedMail): Promise<void> {
    await this.#writers.take()
    try {
      await storeNotices(this.#options.db, mail)
    } finally {
      this.#writers.giveBack()
    }
  }

  #replyTo(error: unknown): Reply {
    if (error instanceof MessageTooLargeError)
      return new Reply(552, `5.3.4 At most ${this.#limits.messageBytes} bytes`)
    if (error instanceof NoRoomError) return new Reply(452, '4.3.1 Too many large messages at once')
    this.#options.log.warn({ err: error }, 'inbound mail could not be kept; the sender will try again')
    return new Reply(451, '4.3.0 Try again later')
  }

  #conclude(id: string, answer: Answer, error: Reply | null, text: string | undefined): void {
    answer(error, text)
    this.#admission.enter(id, 'commands')
    if (this.#isStopping) setImmediate(() => this.#smtp.cut(id, '4.3.2 Shutting down'))
  }
}

/** Without doubles: a token in upper and lower case is one recipient. */
function destinationsOf(recipients: readonly string[], hosts: InboundHosts): Destination[] {
  const found = new Map<string, Destination>()
  for (const recipient of recipients) {
    // At the beginning of time no key has expired: what RCPT took stays taken.
    const destination = readDestination(recipient, hosts, new Date(0))
    if (typeof destination !== 'string') found.set(destination.address, destination)
  }
  return [...found.values()]
}
