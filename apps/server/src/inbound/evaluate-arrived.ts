import type { MeasuredMail } from '@fairlead/contract'
import type { AuthenticateResult } from 'mailauth'
import type { PlainResolver } from '../transports/dns/plain-resolver.ts'

/** Who brought a message, as the listener saw. */
export interface Client {
  readonly clientAddress: string
  readonly helo: string
  readonly envelopeFrom: string
}

export interface EvaluateParts {
  readonly resolver: PlainResolver
  /** A-label; names us as the one who judges. */
  readonly mailDomain: string
  /** An address of our own network: SPF of a message that came from there says nothing of the way (RFC 7208 §4). */
  isInside(address: string): boolean
}

/** No message of ours is larger; who writes more is not one of us. */
export const mostEvaluatedBytes = 256 * 1024
const patienceMs = 30_000

/**
 * What a receiver makes of a message: SPF (RFC 7208), DKIM (RFC 6376, RFC 8463), DMARC (RFC 7489), ARC (RFC 8617), by
 * mailauth and not by our own rules, because it is those that are put to the test. A look-up that failed is `temperror`.
 * Rejects when it takes too long.
 */
export async function evaluateArrived(
  bytes: Uint8Array,
  client: Client,
  parts: EvaluateParts,
): Promise<MeasuredMail> {
  // A large library that few starts need: it is loaded with the first message.
  const { authenticate } = await import('mailauth')
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('The look-ups took too long')), patienceMs)
  try {
    const result = await Promise.race([
      authenticate(Buffer.from(bytes), {
        ...{ ip: client.clientAddress, helo: client.helo, sender: client.envelopeFrom },
        ...{ mta: parts.mailDomain, resolver: parts.resolver, disableBimi: true },
      }),
      late,
    ])
    return measuredOf(result, parts.isInside(client.clientAddress))
  } finally {
    clearTimeout(timer)
  }
}

function measuredOf({ spf, dkim, dmarc, arc }: AuthenticateResult, isInside: boolean): MeasuredMail {
  const found = dmarc ? dmarc.status.result : null
  // Without SPF a failure means nothing: it might have passed by it.
  const hangsOnSpf = isInside && found !== 'pass' && found !== 'none'
  return {
    from: dkim.headerFrom[0] ?? null,
    spf: spf && !isInside ? { domain: domainIn(spf.domain), result: spf.status.result } : null,
    dkim: dkim.results
      .filter(one => one.signingDomain !== undefined)
      .map(one => ({
        ...{ domain: one.signingDomain ?? '', selector: one.selector ?? '', algorithm: one.algo ?? '' },
        result: one.status.result,
      })),
    dmarc:
      found === null || hangsOnSpf || !dmarc
        ? null
        : { result: found, domain: dmarc.domain ?? null, policy: dmarc.policy ?? null },
    arc: arc && arc.status.result !== 'none' ? arc.status.result : null,
  }
}

const domainIn = (text: string | undefined): string => (text ?? '').replace(/^.*@/, '').toLowerCase()
