import { once } from 'node:events'
import type { SecureContext } from 'node:tls'
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerEnvelope,
  SMTPServerOptions,
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
  /** For a server that people sign in to: what differs from an MX. */
  readonly submission?: Submission
}

export interface Submission {
  readonly name: string
  /** TLS from the first byte. */
  readonly isSecure: boolean
  readonly certificate: { readonly key: string; readonly cert: string }
  /** The certificate for the name that the client asks for. */
  readonly contextFor: (host: string) => SecureContext
  /** Null: signed in. */
  readonly refuseLogin: (user: string, password: string) => Reply | null
  /** Null: may send so. */
  readonly refuseSender: (user: string, sender: string) => Reply | null
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

function mxOptions(): SMTPServerOptions {
  return {
    ...makeCertificate(hostName),
    name: hostName,
    authOptional: true,
    disabledCommands: ['AUTH', 'XCLIENT', 'XFORWARD'],
  }
}

function submissionOptions(submission: Submission): SMTPServerOptions {
  return {
    ...submission.certificate,
    name: submission.name,
    secure: submission.isSecure,
    SNICallback: (host, done) => done(null, submission.contextFor(host)),
    disabledCommands: ['XCLIENT', 'XFORWARD'],
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth({ username, password }, _session, done) {
      const user = username ?? ''
      const refusal = submission.refuseLogin(user, password ?? '')
      if (refusal) done(asError(refusal))
      else done(null, { user })
    },
    onMailFrom({ address }, { user }, done) {
      const refusal = submission.refuseSender(String(user), address)
      done(refusal ? asError(refusal) : null)
    },
  }
}

/** One server that is the MX of everybody, or the server that people hand their mail to. */
export class MxServer {
  readonly #options: MxOptions
  readonly #server: PromptServer
  readonly #greylist = new Greylist()

  private constructor(options: MxOptions) {
    this.#options = options
    this.#server = new PromptServer({
      ...(options.submission ? submissionOptions(options.submission) : mxOptions()),
      banner: 'Fairlead simulator',
      heloResponse: '%s',
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
