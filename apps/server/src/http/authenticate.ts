import { isIPv6 } from 'node:net'
import { Problem } from '@fairlead/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import type { Caller, KeyRing } from '../team/key-ring.ts'
import type { Rates } from './parts.ts'

const minuteMs = 60_000
const defaultRates: Rates = { perKey: 6_000, perAddress: 300 }
// Addresses and keys that the counters remember; the one that was quiet longest is forgotten.
export const rememberedCallers = 10_000

export interface Gate {
  /** The caller behind the request's key. Problems: auth.missing, auth.invalid, rate.limited. */
  requireCaller(request: FastifyRequest): Promise<Caller>
  /** Counts a request of a route that asks for no key. Problem: rate.limited. */
  countAnonymous(request: FastifyRequest): Promise<void>
}

/**
 * Says who calls and slows down who calls too often: by key for those with a good one, by address for all others, so
 * that guessing keys is slow and a busy office behind one address is not. Counters are this process's own.
 */
export function createGate(app: FastifyInstance, keyRing: KeyRing, wanted: Partial<Rates> = {}): Gate {
  const rates = { ...defaultRates, ...wanted }
  const counter = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: minuteMs, keyGenerator })
  const perAddress = counter(rates.perAddress, request => addressOf(request.ip))
  const perKey = counter(rates.perKey, request => callers.get(request)?.apiKeyId ?? '')
  const callers = new WeakMap<FastifyRequest, Caller>()
  const count = async (counted: ReturnType<typeof counter>, request: FastifyRequest) => {
    const answer = await counted(request)
    if (!answer.isAllowed && answer.isExceeded) {
      throw new Problem('rate.limited', { retryAfterSeconds: Math.max(1, answer.ttlInSeconds) })
    }
  }
  const countAnonymous = (request: FastifyRequest) => count(perAddress, request)
  return {
    countAnonymous,
    async requireCaller(request) {
      const key = keyOf(request.headers.authorization)
      const caller = key === null ? null : await keyRing.verify(key)
      if (caller === null) {
        await countAnonymous(request)
        throw new Problem(key === null ? 'auth.missing' : 'auth.invalid')
      }
      callers.set(request, caller)
      await count(perKey, request)
      return caller
    },
  }
}

/** The token of `Authorization: Bearer <token>` (RFC 6750 §2.1), or null. */
function keyOf(header: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

/** One customer line has one IPv4 address, but a whole /64 of IPv6 (RFC 6177). */
function addressOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const parsed = ipaddr.IPv6.parse(ip)
  return parsed.isIPv4MappedAddress()
    ? parsed.toIPv4Address().toString()
    : parsed.parts
        .slice(0, 4)
        .map(part => part.toString(16))
        .join(':')
}
