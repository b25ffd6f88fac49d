import { isIPv6 } from 'node:net'
import { Problem, type ProblemCode } from '@fairlead/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import type { Db } from '../platform/database/connect.ts'
import type { Auth } from '../team/auth.ts'
import type { Caller } from '../team/caller.ts'
import type { KeyRing } from '../team/key-ring.ts'
import { hasSessionCookie, recogniseVisit, type Visit } from '../team/session-desk.ts'
import { isChange, originOf } from './cross-site.ts'
import type { Rates } from './parts.ts'
import { requireId } from './require-id.ts'

const minuteMs = 60_000
const defaultRates: Rates = { perKey: 6_000, perAddress: 300 }
// Addresses and keys that the counters remember; the one that was quiet longest is forgotten.
export const rememberedCallers = 10_000

export interface Gate {
  /**
   * The caller behind the request's API key or session. Problems: auth.missing, auth.invalid, auth.session-ended,
   * auth.no-workspace, auth.cross-site, not-found (a workspace that is not theirs), rate.limited.
   */
  requireCaller(request: FastifyRequest, reply: FastifyReply): Promise<Caller>
  /**
   * For routes that ask nobody to sign in: the caller where there happens to be one, counted by address. Problems:
   * auth.cross-site, rate.limited.
   */
  admitAnyone(request: FastifyRequest, reply: FastifyReply): Promise<Caller | null>
  /** Counts a request of a route that asks for no key. Problem: rate.limited. */
  countAnonymous(request: FastifyRequest): Promise<void>
}

export interface GateParts {
  readonly keyRing: KeyRing
  readonly db: Db
  readonly auth: Auth
  readonly publicUrl: string | null
  readonly rates?: Partial<Rates>
}

/**
 * Says who calls and slows down who calls too often: by key for those with a good one, by address for all others, so
 * that guessing keys is slow and a busy office behind one address is not. Counters are this process's own. A session's
 * cookie goes along with whatever makes the browser ask, so a change by session must come from a page of our own.
 */
export function createGate(app: FastifyInstance, parts: GateParts): Gate {
  const { countAnonymous, countCaller } = createCounters(app, parts.rates)
  const refuse = async (request: FastifyRequest, code: ProblemCode): Promise<never> => {
    await countAnonymous(request)
    throw new Problem(code)
  }
  const bySession = async (request: FastifyRequest, reply: FastifyReply) => {
    const recognised = await recogniseVisit(parts, visitOf(request))
    if (recognised && recognised.cookies.length > 0) reply.header('set-cookie', [...recognised.cookies])
    return recognised?.caller ?? null
  }
  return {
    countAnonymous,
    async requireCaller(request, reply) {
      const key = keyOf(request.headers.authorization)
      const isSession = key === null && hasSessionCookie(request.headers.cookie ?? '')
      if (isSession && isChange(request) && originOf(request, parts.publicUrl) !== 'same') {
        return refuse(request, 'auth.cross-site')
      }
      const caller = key === null ? await bySession(request, reply) : await parts.keyRing.verify(key)
      if (caller === null) {
        return refuse(
          request,
          key !== null ? 'auth.invalid' : isSession ? 'auth.session-ended' : 'auth.missing',
        )
      }
      await countCaller(request, caller)
      return caller
    },
    async admitAnyone(request, reply) {
      await countAnonymous(request)
      const isForeign = originOf(request, parts.publicUrl) === 'foreign'
      if (isForeign && isChange(request)) throw new Problem('auth.cross-site')
      try {
        return isForeign ? null : await bySession(request, reply)
      } catch (error) {
        if (error instanceof Problem) return null
        throw error
      }
    },
  }
}

/** Requests a minute: of a caller whom we know, and of an address. Problem: rate.limited. */
function createCounters(app: FastifyInstance, wanted: Partial<Rates> = {}) {
  const rates = { ...defaultRates, ...wanted }
  const callers = new WeakMap<FastifyRequest, Caller>()
  const counter = (max: number, keyGenerator: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: minuteMs, keyGenerator })
  const perAddress = counter(rates.perAddress, request => addressOf(request.ip))
  const perKey = counter(rates.perKey, request => callers.get(request)?.apiKeyId ?? '')
  const count = async (counted: ReturnType<typeof counter>, request: FastifyRequest) => {
    const answer = await counted(request)
    if (!answer.isAllowed && answer.isExceeded) {
      throw new Problem('rate.limited', { retryAfterSeconds: Math.max(1, answer.ttlInSeconds) })
    }
  }
  return {
    countAnonymous: (request: FastifyRequest) => count(perAddress, request),
    countCaller(request: FastifyRequest, caller: Caller) {
      callers.set(request, caller)
      return count(perKey, request)
    },
  }
}

/** The browser behind a request. */
export function browserOf(request: FastifyRequest): Omit<Visit, 'workspaceId'> {
  return {
    cookies: request.headers.cookie ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    ip: request.ip,
  }
}

/** With the workspace that the request names. Problem: not-found (no such workspace). */
function visitOf(request: FastifyRequest): Visit {
  const workspace = request.headers['fairlead-workspace']
  return {
    ...browserOf(request),
    workspaceId: typeof workspace === 'string' ? requireId('workspace', workspace) : null,
  }
}

/** The token of `Authorization: Bearer <token>` (RFC 6750 §2.1), or null. */
function keyOf(header: string | undefined): string | null {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

/** One customer line has one IPv4 address, but a whole /64 of IPv6 (RFC 6177). */
export function addressOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const parsed = ipaddr.IPv6.parse(ip)
  return parsed.isIPv4MappedAddress()
    ? parsed.toIPv4Address().toString()
    : parsed.parts
        .slice(0, 4)
        .map(part => part.toString(16))
        .join(':')
}
