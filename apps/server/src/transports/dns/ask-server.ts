import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { type Answer, decode, encode, type PacketOpt } from 'dns-packet'

/**
 * One question to one name server, over the wire. c-ares, which the sending path uses, asks resolvers only and hides
 * what a check needs: whose answer it is, whether it was validated, and a CNAME beside it. Every answer is hostile
 * until it is read: of another id or question it is ignored, malformed or larger than 64 KiB it is a failure.
 */

export interface DnsQuestion {
  /** Without a dot at the end. */
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'TLSA' | 'TXT'
}

export interface ServerPlace {
  readonly address: string
  readonly port: number
}

export type WireAnswer =
  | {
      readonly is: 'answered'
      /** NOERROR with or without records, or NXDOMAIN. */
      readonly exists: boolean
      readonly answers: readonly Answer[]
      /** AA: the server speaks for the zone. */
      readonly isAuthoritative: boolean
      /** AD: the resolver validated it (RFC 4035 §3.2.3); means nothing unless the resolver is trusted. */
      readonly isValidated: boolean
    }
  | {
      readonly is: 'failed'
      readonly cause: 'timeout' | 'refused' | 'servfail' | 'unreachable' | 'malformed'
    }

export interface AskOptions {
  /** Of one try; default 2,000. */
  readonly timeoutMs?: number
  /** Over UDP; default 2. */
  readonly tries?: number
  readonly signal?: AbortSignal
}

// What passes undivided nearly everywhere (DNS Flag Day 2020).
const udpPayload = 1232
const mostAnswers = 200
const noFlags = { flags: 0, flag_do: false, extendedRcode: 0, ednsVersion: 0, options: [] as PacketOpt[] }

/** Asks by UDP, and by TCP where the answer does not fit. Never rejects. */
export async function askServer(
  server: ServerPlace,
  question: DnsQuestion,
  options: AskOptions = {},
): Promise<WireAnswer> {
  let last: WireAnswer = { is: 'failed', cause: 'timeout' }
  for (let attempt = 0; attempt < (options.tries ?? 2) && options.signal?.aborted !== true; attempt++) {
    const id = randomInt(65_536)
    const bytes = queryOf(id, question)
    if (bytes === null) return { is: 'failed', cause: 'malformed' }
    const packet = await overUdp(server, bytes, options)
    if (typeof packet === 'string') {
      last = { is: 'failed', cause: packet }
      if (packet === 'unreachable') break
      continue
    }
    const read = readAnswer(packet, id, question)
    if (read !== 'truncated') return read
    const whole = await overTcp(server, bytes, options)
    if (typeof whole === 'string') return { is: 'failed', cause: whole }
    const again = readAnswer(whole, id, question)
    return again === 'truncated' ? { is: 'failed', cause: 'malformed' } : again
  }
  return last
}

/** Null: no name that DNS can carry. */
function queryOf(id: number, { name, type }: DnsQuestion): Buffer | null {
  if (name.length > 253 || name.split('.').some(label => label.length === 0 || label.length > 63)) return null
  try {
    return encode({
      type: 'query',
      id,
      // RD: a resolver is to look; an authoritative server does not care. AD: tell whether you validated (RFC 6840 §5.7).
      flags: 0x0120,
      questions: [{ name, type }],
      additionals: [{ type: 'OPT', name: '.', udpPayloadSize: udpPayload, ...noFlags }],
    })
  } catch {
    return null
  }
}

function readAnswer(bytes: Buffer, id: number, question: DnsQuestion): WireAnswer | 'truncated' {
  try {
    const packet = decode(bytes)
    const flags = packet.flags ?? 0
    if (packet.id !== id || !asks(packet.questions?.[0], question))
      return { is: 'failed', cause: 'malformed' }
    if ((flags & 0x0200) !== 0) return 'truncated'
    const code = flags & 0x000f
    if (code === 5) return { is: 'failed', cause: 'refused' }
    if (code !== 0 && code !== 3) return { is: 'failed', cause: 'servfail' }
    return {
      is: 'answered',
      exists: code === 0,
      answers: (packet.answers ?? []).slice(0, mostAnswers),
      isAuthoritative: (flags & 0x0400) !== 0,
      isValidated: (flags & 0x0020) !== 0,
    }
  } catch {
    return { is: 'failed', cause: 'malformed' }
  }
}

function asks(echoed: { name: string; type: string } | undefined, question: DnsQuestion): boolean {
  return echoed?.name.toLowerCase() === question.name.toLowerCase() && echoed.type === question.type
}

type Failure = 'timeout' | 'unreachable'

function overUdp(server: ServerPlace, bytes: Buffer, options: AskOptions): Promise<Buffer | Failure> {
  return new Promise(resolve => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
    const end = (result: Buffer | Failure) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      socket.close()
      resolve(result)
    }
    const abort = () => end('timeout')
    const timer = setTimeout(() => end('timeout'), options.timeoutMs ?? 2_000)
    options.signal?.addEventListener('abort', abort, { once: true })
    socket.once('error', () => end('unreachable'))
    socket.on('message', message => {
      // Somebody else's answer, or an older one: the right one may still come.
      if (message.length >= 12 && message.readUInt16BE(0) === bytes.readUInt16BE(0)) end(message)
    })
    // Connected: the system drops what comes from elsewhere, and tells of a port where nobody listens.
    socket.connect(server.port, server.address, () => {
      socket.send(bytes, error => {
        if (error) end('unreachable')
      })
    })
  })
}

/** RFC 1035 §4.2.2: two octets of length before the message. */
function overTcp(server: ServerPlace, bytes: Buffer, options: AskOptions): Promise<Buffer | Failure> {
  return new Promise(resolve => {
    const socket = connect({ host: server.address, port: server.port })
    let read = Buffer.alloc(0)
    const end = (result: Buffer | Failure) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      socket.destroy()
      resolve(result)
    }
    const abort = () => end('timeout')
    const timer = setTimeout(() => end('timeout'), options.timeoutMs ?? 2_000)
    options.signal?.addEventListener('abort', abort, { once: true })
    socket.once('error', () => end('unreachable'))
    socket.once('close', () => end('unreachable'))
    socket.once('connect', () => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(bytes.length)
      socket.write(Buffer.concat([length, bytes]))
    })
    socket.on('data', (piece: Buffer) => {
      read = Buffer.concat([read, piece])
      if (read.length < 2) return
      const wanted = read.readUInt16BE(0)
      if (read.length >= wanted + 2) end(read.subarray(2, wanted + 2))
    })
  })
}
