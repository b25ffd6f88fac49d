import { once } from 'node:events'
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerEnvelope,
  SMTPServerSession,
} from 'smtp-server'
import { behaviourOf } from '../behaviours/table.ts'
import type { SimulatorSettings } from '../settings.ts'
import type { Zone } from '../zone/zone.ts'
import { makeCertificate } from './certificate.ts'
import { Greylist } from './greylist.ts'
import { PromptServer } from './prompt-connection.ts'
import { type Reply, refusalOf } from './wording.ts'

const hostName = 'mx.simulator.example'
export const maxMessageBytes = 40 * 1024 * 1024
const maxRecipients = 1_000
const maxClients = 2_000

/** Envelope and circumstances of a message that arrives; its bytes are `stream`. */
export interface Arrival {
  readonly envelope: SMTPServerEnvelope
  readonly session: SMTPServerSession
  readonly stream: SMTPServerDataStream
  /** True when the sender must not get an answer. */
  readonly isCut: boolean
}

export interface MxOptions {
  readonly zone: Zone
  readonly settings: SimulatorSettings
  readonly host: string
  readonly port: number
  /** Keeps the message; the text to say after 250. A throw is answered with 451. */
  readonly take: (arrival: Arrival) => Promise<string>
}

/** smtp-server writes `message` as it is; its own `send` takes a list for an answer of several lines. */
function asError({ code, lines }: Reply): Error {
  const error = Object.assign(new Error('refused'), { responseCode: code })
  Object.defineProperty(error, 'message', { value: lines })
  return error
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

const copyOf = (envelope: SMTPServerEnvelope): SMTPServerEnvelope => ({
  ...envelope,
  rcptTo: [...envelope.rcptTo],
})

/** One server that is the MX of everybody. */
export class MxServer {
  readonly #options: MxOptions
  readonly #server: PromptServer
  readonly #greylist = new Greylist()

  private constructor(options: MxOptions) {
    this.#options = options
    this.#server = new PromptServer({
      ...makeCertificate(hostName),
      name: hostName,
      banner: 'Fairlead simulator',
      heloResponse: '%s',
      authOptional: true,
      disabledCommands: ['AUTH', 'XCLIENT', 'XFORWARD'],
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      hideDSN: false,
      size: maxMessageBytes,
      rejectOversized: true,
      maxRecipients,
      maxClients,
      socketTimeout: 120_000,
      closeTimeout: 500,
      logger: false,
      onRcptTo: (to, session, done) => this.#onRecipient({ to, session, done }),
      onData: (stream, session, done) => void this.#onMessage(stream, session).then(t => done(null, t), done),
    })
    // Broken clients and failed handshakes are part of the trade.
    this.#server.on('error', () => {})
  }

  static async start(options: MxOptions): Promise<MxServer> {
    const mx = new MxServer(options)
    const listener = mx.#server.server
    const listening = once(listener, 'listening')
    mx.#server.listen(options.port, options.host)
    await listening
    return mx
  }

  get port(): number {
    const address = this.#server.server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(resolve))
    this.#server.cutAll()
    await closed
  }

  #onRecipient(ask: {
    to: SMTPServerAddress
    session: SMTPServerSession
    done: (error?: Error | null) => void
  }): void {
    const { settings } = this.#options
    const behaviour = behaviourOf(ask.to.address)
    const reply = this.#refusalFor(ask.to.address, ask.session)
    const answer = () => ask.done(reply ? asError(reply) : null)
    if (!behaviour?.isSlow) {
      answer()
      return
    }
    this.#server.slowData(ask.session, settings.slowMs)
    setTimeout(answer, settings.slowMs).unref()
  }

  #refusalFor(recipient: string, session: SMTPServerSession): Reply | undefined {
    const { zone, settings } = this.#options
    const behaviour = behaviourOf(recipient)
    const domain = domainOf(recipient)
    const host = zone.exchangesOf(domain)[0] ?? `mx1.${domain}`
    const words = { recipient, host }
    if (behaviour?.refusal) return refusalOf(behaviour.refusal, zone.flavourOf(domain), words)
    if (!behaviour?.isGreylisted) return undefined
    const mailFrom = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
    const pair = { returnPathHost: domainOf(mailFrom), recipient }
    if (this.#greylist.passes(pair, settings.greylistDelayMs)) return undefined
    return refusalOf('greylist', zone.flavourOf(domain), words)
  }

  async #onMessage(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const envelope = copyOf(session.envelope)
    const ways = envelope.rcptTo.map(({ address }) => behaviourOf(address))
    const isCut = ways.some(way => way?.cuts)
    const text = await this.#options.take({ envelope, session, stream, isCut })
    if (ways.some(way => way?.isSlow))
      await new Promise(resolve => setTimeout(resolve, this.#options.settings.slowMs).unref())
    if (isCut) this.#server.cut(session)
    return text
  }
}
