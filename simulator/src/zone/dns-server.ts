import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { SimulatorSettings } from '../settings.ts'
import { answerQuery, encodeReading } from './answer-query.ts'
import type { Zone } from './zone.ts'

const maxTcpClients = 256
const tcpIdleMs = 10_000
const maxTcpMessage = 4096
const bindTries = 20

/** Where to listen, what to answer. `port` 0: a free one, the same for UDP and TCP. */
export interface DnsOptions {
  readonly zone: Zone
  readonly settings: SimulatorSettings
  readonly host: string
  readonly port: number
}

/** Authoritative for every name, over UDP and TCP on one port. */
export class DnsServer {
  readonly #options: DnsOptions
  readonly #udp: UdpSocket
  readonly #tcp: Server
  readonly #clients = new Set<Socket>()
  readonly #timers = new Set<NodeJS.Timeout>()

  private constructor(options: DnsOptions) {
    this.#options = options
    this.#udp = createSocket(options.host.includes(':') ? 'udp6' : 'udp4')
    this.#tcp = createServer(socket => this.#onClient(socket))
  }

  /** @throws Error when the port is taken. */
  static async start(options: DnsOptions): Promise<DnsServer> {
    for (let tries = 1; ; tries++) {
      const server = new DnsServer(options)
      try {
        await server.#listen()
        return server
      } catch (error) {
        await server.close()
        // A free TCP port may be taken for UDP: ask for another pair.
        if (options.port !== 0 || tries === bindTries) throw error
      }
    }
  }

  get port(): number {
    return this.#udp.address().port
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const client of this.#clients) client.destroy()
    if (this.#tcp.listening) await new Promise(resolve => this.#tcp.close(resolve))
    await new Promise<void>(resolve => {
      try {
        this.#udp.close(resolve)
      } catch {
        resolve()
      }
    })
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options
    this.#tcp.listen(port, host)
    await once(this.#tcp, 'listening')
    const address = this.#tcp.address()
    this.#udp.bind(typeof address === 'object' && address ? address.port : port, host)
    await once(this.#udp, 'listening')
    this.#udp.on('message', (message, from) => this.#onDatagram(message, from))
    // An unreachable asker (ICMP) must not end the process.
    this.#udp.on('error', () => {})
    this.#tcp.on('error', () => {})
  }

  #onDatagram(message: Buffer, from: RemoteInfo): void {
    this.#answer(message, false, bytes => this.#udp.send(bytes, from.port, from.address, () => {}))
  }

  #onClient(socket: Socket): void {
    if (this.#clients.size >= maxTcpClients) return void socket.destroy()
    this.#clients.add(socket)
    socket.setTimeout(tcpIdleMs, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#clients.delete(socket))
    let pending = Buffer.alloc(0)
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0)
        this.#answer(pending.subarray(2, end), true, bytes => socket.destroyed || socket.write(bytes))
        pending = pending.subarray(end)
      }
      if (pending.length > maxTcpMessage) socket.destroy()
    })
  }

  #answer(message: Buffer, isTcp: boolean, send: (bytes: Buffer) => void): void {
    const reading = answerQuery(this.#options.zone, message)
    if (!reading || reading.answer.outcome === 'silent') return
    const reply = () => send(encodeReading(reading, isTcp))
    if (!reading.answer.isSlow) {
      reply()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      reply()
    }, this.#options.settings.slowDnsMs)
    this.#timers.add(timer)
  }
}
