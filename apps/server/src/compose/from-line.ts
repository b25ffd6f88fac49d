import { fill, type RecipientView, standsForSentences, viaSentences } from '@fairlead/contract'
import { domainOf, isAligned } from '../mail/authentication/organisational-domain.ts'
import { certaintyOf, type LinkFacts, type MailClient } from './view-facts.ts'

/** What a client shows beside the name, by whose page. */
export const clientRules = {
  // "via" stands where the domain that a message was sent from is not that of From; matching the From domain in SPF or DKIM
  // removes it.
  gmail: {
    via: 'https://support.google.com/mail/answer/1311182',
    details: 'https://support.google.com/mail/answer/180707',
  },
  // "via" stands where the From domain is different from the domain in the DKIM signature or MAIL FROM, read as: of
  // neither. A question mark stands where SPF, DKIM and DMARC all fail. "On behalf of" needs a Sender field (RFC 5322
  // §3.6.2), and Fairlead writes none.
  outlook: {
    via: 'https://learn.microsoft.com/en-us/defender-office-365/anti-phishing-policies-about#unauthenticated-sender-indicators',
    details: 'https://datatracker.ietf.org/doc/html/rfc5322#section-3.6.2',
  },
} as const satisfies Record<MailClient, { via: string; details: string }>

type Stands =
  /** Something authenticated is of the From domain. */
  | { readonly is: 'of-it'; readonly by: 'signature' | 'returnPath'; readonly other: string }
  /** Something is authenticated, and nothing of it is of the From domain. */
  | { readonly is: 'of-another'; readonly via: string }
  | { readonly is: 'of-nobody' }
  | { readonly is: 'unknown' }

/** Whom the authenticated parts of a message stand for. Both vendors compare organisational domains. */
export function standsFor(domain: string, { spf, dkim }: Pick<LinkFacts, 'spf' | 'dkim'>): Stands {
  const signers = (dkim ?? []).filter(one => one.isValid).map(one => one.domain)
  const signer = signers.find(one => isAligned(domain, one, 'relaxed'))
  if (signer !== undefined) return { is: 'of-it', by: 'signature', other: signer }
  const returnPath = spf?.result === 'pass' ? spf.domain : null
  if (returnPath !== null && isAligned(domain, returnPath, 'relaxed'))
    return { is: 'of-it', by: 'returnPath', other: returnPath }
  if (dkim === null || spf === null) return { is: 'unknown' }
  const via = signers[0] ?? returnPath
  return via === null ? { is: 'of-nobody' } : { is: 'of-another', via }
}

/** The From line as a mail program shows it. */
export function fromLine(
  client: MailClient,
  from: { readonly name: string; readonly address: string },
  link: LinkFacts,
): RecipientView['gmail'] {
  const domain = domainOf(from.address)
  const stands = standsFor(domain, link)
  const words = viaSentences[client]
  const plain = `${from.name} <${from.address}>`
  const via = stands.is === 'of-another' ? stands.via : null
  return {
    value: {
      ...from,
      via,
      isQuestioned: stands.is === 'of-nobody',
      line: via === null ? plain : `${plain} via ${via}`,
    },
    certainty: stands.is === 'unknown' ? 'not-checked-yet' : certaintyOf(link),
    source: clientRules[client].via,
    sentence: {
      unknown: () => words.unknown,
      'of-nobody': () => fill(words.unauthenticated, { domain }),
      'of-another': () => fill(words.via, { domain, via: via ?? '' }),
      'of-it': () => fill(words.none, { domain, by: proofOf(stands) }),
    }[stands.is](),
  }
}

function proofOf(stands: Stands): string {
  return stands.is === 'of-it' ? fill(standsForSentences[stands.by], { other: stands.other }) : ''
}
