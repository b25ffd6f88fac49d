import { mkdir } from 'node:fs/promises'
import type { Letter } from './behaviours/behaviour.ts'
import { ControlServer } from './control/control-server.ts'
import { type Arrival, MxServer } from './mx/mx-server.ts'
import { loadState, stateSaver } from './persist-state.ts'
import { Judge } from './received/judge.ts'
import { keepLetter } from './received/keep-letter.ts'
import { ReceivedStore } from './received/store.ts'
import { type Taken, takeMessage } from './received/take-message.ts'
import { forwardOutside } from './sending/forward.ts'
import { planSequels } from './sending/plan-sequels.ts'
import { Sender } from './sending/sender.ts'
import { defaultSettings, type SimulatorSettings } from './settings.ts'
import { type SubmissionPlaces, submissionServers } from './submission/servers.ts'
import { carrier } from './vendors/carry-mail.ts'
import { sandboxClient } from './vendors/oauth.ts'
import { VendorServer } from './vendors/vendor-server.ts'
import { VendorWorld } from './vendors/world.ts'
import { DnsServer } from './zone/dns-server.ts'
import { Zone } from './zone/zone.ts'

export interface SimulatorOptions {
  /** Folder for what is received, made when missing. One simulator at a time may use it. */
  readonly data: string
  /** A loopback address. Default 127.0.0.1. */
  readonly host?: string
  /** Ports; default free ones. */
  readonly dnsPort?: number
  readonly smtpPort?: number
  readonly controlPort?: number
  readonly submissionPort?: number
  readonly submissionsPort?: number
  readonly apiPort?: number
  readonly maxMessages?: number
  readonly maxBytes?: number
  readonly settings?: Partial<SimulatorSettings>
}

/** The small internet, running. */
export interface Simulator {
  /** `address:port`, for UDP and TCP. */
  readonly dns: string
  readonly smtp: readonly { readonly address: string; readonly port: number }[]
  /** Where people sign in and hand over their mail: with STARTTLS, and with TLS from the first byte. */
  readonly submission: SubmissionPlaces
  /** Base URL of the control interface. */
  readonly control: string
  /** Base URL of the simulated vendors' interfaces: /google, /microsoft, /graph. */
  readonly api: string
  close(): Promise<void>
}

const isLoopback = (host: string): boolean => /^127(\.\d{1,3}){3}$/.test(host) || host === '::1'
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/**
 * Starts DNS, MX and control in this process. Nothing it does leaves loopback.
 * @throws Error when the host is not loopback, a port is taken or the folder cannot be written.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1'
  if (!isLoopback(host)) throw new Error(`the simulator listens on loopback only, not on ${host}`)
  await mkdir(options.data, { recursive: true })
  const zone = new Zone(host)
  const settings = { ...defaultSettings }
  await loadState(options.data, { zone, settings })
  Object.assign(settings, options.settings)
  const limits = { maxMessages: options.maxMessages ?? 10_000, maxBytes: options.maxBytes ?? 500 * 1024 ** 2 }
  await using stack = new AsyncDisposableStack()
  const store = stack.adopt(await ReceivedStore.open(options.data, limits), kept => kept.close())
  const closing = {
    adopt: <T extends { close(): Promise<void> }>(part: T): T => stack.adopt(part, p => p.close()),
  }
  const dns = closing.adopt(await DnsServer.start({ zone, settings, host, port: options.dnsPort ?? 0 }))
  const judge = closing.adopt(new Judge(store, `${inUrl(host)}:${dns.port}`))
  const world = closing.adopt(await VendorWorld.open(options.data))
  const keep = async (letter: Letter) => {
    await keepLetter(letter, { store, host })
    await world.deliver(letter.to, letter.bytes)
  }
  const sender = stack.adopt(new Sender({ zone, settings, keep }), s => s.close())
  const take = async (arrival: Arrival): Promise<string> => {
    const taken = await takeMessage(arrival, { store, zone, settings })
    if (!taken) return ''
    judge.add(taken.message)
    planSequels(taken, { zone, settings, sender })
    await deliverToAccounts(taken, { store, world })
    await forward(taken, { store, zone, settings, sender })
    return taken.message.answer?.slice(4) ?? ''
  }
  const mx = closing.adopt(await MxServer.start({ zone, settings, host, port: options.smtpPort ?? 0, take }))
  const submission = submissionServers()
  const handedOver = { zone, settings, host, take }
  const startTls = closing.adopt(
    await MxServer.start({
      ...handedOver,
      port: options.submissionPort ?? 0,
      submission: submission.startTls,
    }),
  )
  const fromFirstByte = closing.adopt(
    await MxServer.start({
      ...handedOver,
      port: options.submissionsPort ?? 0,
      submission: submission.secure,
    }),
  )
  const persist = stateSaver(options.data, { zone, settings })
  const carry = carrier({ store, zone, settings, sender, world, host })
  const clients = new Map([[sandboxClient.id as string, sandboxClient.secret as string]])
  const vendors = closing.adopt(
    await VendorServer.start({ world, settings, carry, clients }, { host, port: options.apiPort ?? 0 }),
  )
  const controlled = { zone, store, settings, persist, sent: () => sender.sent, vendors }
  const control = closing.adopt(
    await ControlServer.start(controlled, { host, port: options.controlPort ?? 0 }),
  )
  const parts = stack.move()
  return {
    dns: `${inUrl(host)}:${dns.port}`,
    smtp: [{ address: host, port: mx.port }],
    submission: {
      ...{ address: host, port: startTls.port, securePort: fromFirstByte.port },
      authority: submission.authority,
    },
    control: `http://${inUrl(host)}:${control.port}`,
    api: `http://${inUrl(host)}:${vendors.port}`,
    close: () => parts.disposeAsync(),
  }
}

/** Mail that came by SMTP to somebody whose mailbox is simulated lies in it. */
async function deliverToAccounts(
  { message }: Taken,
  { store, world }: { store: ReceivedStore; world: VendorWorld },
): Promise<void> {
  const homes = message.recipients.filter(({ address }) => world.hasHome(address))
  const bytes = homes.length > 0 ? await store.read(message.id) : undefined
  for (const { address } of homes) if (bytes) await world.deliver(address, bytes)
}

/** What came by SMTP for a server outside goes on to it. */
function forward(
  { message }: Taken,
  parts: { store: ReceivedStore; zone: Zone; settings: SimulatorSettings; sender: Sender },
): Promise<void> {
  const { id, mailFrom, recipients } = message
  const passing = {
    ...{ mailFrom, about: id, ehlo: 'relay.simulator.example' },
    recipients: recipients.map(({ address }) => address),
  }
  return forwardOutside(passing, () => parts.store.read(id), parts)
}
