import {
  dmarcSentences,
  fill,
  mailedBySentences,
  type RecipientView,
  signedBySentences,
  standsForSentences,
} from '@fairlead/contract'
import type { DmarcPolicyFound } from '../mail/authentication/dmarc-record.ts'
import { type DmarcVerdict, dmarcVerdict } from '../mail/authentication/dmarc-verdict.ts'
import { domainOf, isAligned, organisationalDomain } from '../mail/authentication/organisational-domain.ts'
import { clientRules } from './from-line.ts'
import { certaintyOf, type DnsFacts, type LinkFacts } from './view-facts.ts'

/** Alignment, discovery and disposition. */
const dmarcRule = 'https://datatracker.ietf.org/doc/html/rfc7489#section-6.6'

/** SPF, DKIM and DMARC of a message from this address over this link. */
export function authenticationOf(
  address: string,
  link: LinkFacts,
  { policy }: DnsFacts,
): RecipientView['authentication'] {
  const domain = domainOf(address)
  const verdict = dmarcVerdict(domain, policy, link)
  const record = policy?.is === 'found' ? policy.record : null
  return {
    value: {
      organisationalDomain: organisationalDomain(domain),
      spf: {
        domain: link.spf?.domain ?? null,
        result: link.spf?.result ?? null,
        mode: record?.spfMode ?? 'relaxed',
        isAligned: verdict.isSpfAligned,
      },
      dkim: {
        domains: link.dkim?.filter(one => one.isValid).map(one => one.domain) ?? null,
        mode: record?.dkimMode ?? 'relaxed',
        isAligned: verdict.isDkimAligned,
      },
      dmarc: {
        result: verdict.result,
        policyAt: policy?.is === 'found' ? policy.at : null,
        policy: policy?.is === 'found' ? policy.applies : null,
        disposition: verdict.disposition,
        percent: verdict.percent,
      },
    },
    certainty: verdict.result === 'unknown' ? 'not-checked-yet' : certaintyOf(link),
    source: dmarcRule,
    sentence: sentenceOf(domain, { verdict, policy, link }),
  }
}

function sentenceOf(
  domain: string,
  of: { verdict: DmarcVerdict; policy: DmarcPolicyFound | null; link: LinkFacts },
): string {
  const { verdict, policy } = of
  if (verdict.result === 'unknown') return fill(dmarcSentences.unknown, { domain })
  if (policy?.is === 'none') {
    const code = {
      'no-record': 'no-policy',
      several: 'several-policies',
      unusable: 'unusable-policy',
    } as const
    return fill(dmarcSentences[code[policy.why]], { domain })
  }
  if (verdict.result === 'fail') return fill(dmarcSentences[`fail-${verdict.disposition}`], { domain })
  return fill(dmarcSentences.pass, { domain, by: passedBy(domain, of) })
}

function passedBy(domain: string, of: { verdict: DmarcVerdict; link: LinkFacts }): string {
  const signers = of.link.dkim?.filter(one => one.isValid).map(one => one.domain) ?? []
  const signer = signers.find(one => isAligned(domain, one, 'relaxed'))
  return of.verdict.isDkimAligned && signer !== undefined
    ? fill(standsForSentences.signature, { other: signer })
    : fill(standsForSentences.returnPath, { other: of.link.spf?.domain ?? domain })
}

/** The domain behind mailed-by in Gmail's details; it stands there only where SPF passes. */
export function mailedBy(link: LinkFacts): RecipientView['mailedBy'] {
  const source = clientRules.gmail.details
  const { spf } = link
  if (spf === null)
    return { value: null, certainty: 'not-checked-yet', source, sentence: mailedBySentences.unknown }
  const { domain } = spf
  const isNamed = spf.result === 'pass'
  const words = mailedBySentences[isNamed ? 'known' : 'not-authorised']
  return {
    value: isNamed ? domain : null,
    certainty: certaintyOf(link),
    source,
    sentence: fill(words, { domain }),
  }
}

/** The domain behind signed-by in Gmail's details: the From domain's own signature before others. */
export function signedBy(domain: string, link: LinkFacts): RecipientView['signedBy'] {
  const source = clientRules.gmail.details
  if (link.dkim === null)
    return { value: null, certainty: 'not-checked-yet', source, sentence: signedBySentences.unknown }
  const signers = link.dkim.filter(one => one.isValid).map(one => one.domain)
  const signer = signers.find(one => isAligned(domain, one, 'relaxed')) ?? signers[0] ?? null
  if (signer === null)
    return { value: null, certainty: certaintyOf(link), source, sentence: signedBySentences.nobody }
  return {
    value: signer,
    certainty: certaintyOf(link),
    source,
    sentence: fill(signedBySentences.known, { domain: signer }),
  }
}
