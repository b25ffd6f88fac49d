import dnsPacket, { type Answer, type OptAnswer, type Packet, type Question } from 'dns-packet'
import type { MxTarget, ZoneRecord } from './record.ts'
import type { Zone, ZoneAnswer } from './zone.ts'

/** Bits of a response header (RFC 1035 §4.1.1). */
const responseCodes = { found: 0, nodata: 0, NXDOMAIN: 3, SERVFAIL: 2, silent: 2 } as const
const formatError = 1
const notImplemented = 4

const txtChunk = 255

/** Character-strings of at most 255 octets each (RFC 1035 §3.3): a DKIM key needs several. */
function splitText(parts: readonly string[]): Buffer[] {
  return parts.flatMap(part => {
    const bytes = Buffer.from(part)
    const count = Math.max(1, Math.ceil(bytes.length / txtChunk))
    return Array.from({ length: count }, (_, i) => bytes.subarray(i * txtChunk, (i + 1) * txtChunk))
  })
}

function toAnswer({ name, type, data, ttl }: ZoneRecord): Answer[] {
  const head = { name, ttl: ttl ?? 1, class: 'IN' as const }
  if (type === 'PORT' || data === null) return []
  if (type === 'TXT') return [{ ...head, type, data: splitText(data as readonly string[]) }]
  if (type === 'MX') {
    const { preference, exchange } = data as MxTarget
    return [{ ...head, type, data: { preference, exchange: exchange || '.' } }]
  }
  return [{ ...head, type, data: String(data) }]
}

const authority: Answer = {
  name: 'simulator.example',
  type: 'SOA',
  ttl: 1,
  class: 'IN',
  data: {
    mname: 'ns1.simulator.example',
    rname: 'hostmaster.simulator.example',
    serial: 1,
    refresh: 60,
    retry: 60,
    expire: 3600,
    // Negative answers are kept this long (RFC 2308 §5).
    minimum: 1,
  },
}

/** A question that was read, and what to answer; `limit` is the largest UDP answer its asker takes. */
export interface Reading {
  readonly answer: ZoneAnswer
  readonly packet: Packet
  readonly limit: number
}

function refuse(id: number, rcode: number): Reading {
  const answer: ZoneAnswer = { outcome: 'SERVFAIL', records: [], isSlow: false }
  return { answer, packet: { type: 'response', id, flags: rcode }, limit: 512 }
}

/** The name as it was asked, letter case kept: resolvers that mix case compare it (draft-vixie-dnsext-dns0x20). */
function echo(answers: readonly Answer[], question: Question): Answer[] {
  const asked = question.name.toLowerCase()
  return answers.map(answer => (answer.name === asked ? { ...answer, name: question.name } : answer))
}

/**
 * Answers one DNS message.
 * @returns undefined for what must not be answered: responses, and bytes without a header.
 */
export function answerQuery(zone: Zone, message: Buffer): Reading | undefined {
  if (message.length < 12 || (message[2] ?? 0) & 0x80) return undefined
  const id = message.readUInt16BE(0)
  if (((message[2] ?? 0) >> 3) & 0x0f) return refuse(id, notImplemented)
  let query: Packet
  try {
    query = dnsPacket.decode(message)
  } catch {
    return refuse(id, formatError)
  }
  const question = query.questions?.[0]
  if (!question || query.questions?.length !== 1) return refuse(id, formatError)
  const answer = zone.resolve(question.name, question.type)
  const answers = echo(answer.records.flatMap(toAnswer), question)
  const asks = query.additionals?.find((extra): extra is OptAnswer => extra.type === 'OPT')
  const recursion = (query.flags ?? 0) & dnsPacket.RECURSION_DESIRED
  return {
    answer,
    limit: Math.min(Math.max(asks?.udpPayloadSize ?? 512, 512), 4096),
    packet: {
      type: 'response',
      id,
      flags:
        dnsPacket.AUTHORITATIVE_ANSWER |
        dnsPacket.RECURSION_AVAILABLE |
        recursion |
        responseCodes[answer.outcome],
      questions: [question],
      answers,
      authorities: answers.length > 0 ? [] : [authority],
      additionals: asks ? [emptyOpt()] : [],
    },
  }
}

function emptyOpt(): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    flags: 0,
    extendedRcode: 0,
    ednsVersion: 0,
    flag_do: false,
    options: [],
  }
}

/** The bytes of an answer; over `limit` an empty one that says truncated, so that the asker comes by TCP (RFC 7766 §5). */
export function encodeReading({ packet, limit }: Reading, isTcp: boolean): Buffer {
  if (isTcp) return dnsPacket.streamEncode(packet)
  const bytes = dnsPacket.encode(packet)
  if (bytes.length <= limit) return bytes
  const flags = (packet.flags ?? 0) | dnsPacket.TRUNCATED_RESPONSE
  return dnsPacket.encode({ ...packet, flags, answers: [], authorities: [] })
}
