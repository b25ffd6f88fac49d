import { Problem } from '@fairlead/contract'
import type { PredictedMail } from '../mail/authentication/compare-measured.ts'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import type { Db } from '../platform/database/connect.ts'
import type { SenderChoice } from './choose-sender.ts'
import { lookAhead, type SeenChoice, type Sight, type SightParts } from './look-ahead.ts'

/** Who would send, over which link, and what the card says of it. */
export interface PredictedTrip {
  readonly sender: Sight['sender']
  readonly fromAddress: string
  readonly predicted: PredictedMail
}

// The reader of policies gives up early for the sake of pages; its look-up goes on, so asking again is what waiting is.
const mostAsked = 5

/**
 * What the card says of a message from an identity over a link, before it leaves: by rules, not by what an earlier message
 * showed. Problems: identity.none, identity.unverified, not-found, link.not-usable, link.kind-not-here.
 */
export async function predictRoundTrip(
  db: Db,
  choice: SenderChoice,
  parts: SightParts,
): Promise<PredictedTrip> {
  const first = await lookAhead(db, choice, { recipients: [], parts })
  const { sender } = first
  if (!sender.isVerified) throw new Problem('identity.unverified', { address: sender.address })
  if (sender.linkState !== 'ready') throw new Problem('link.not-usable', { state: sender.linkState })
  const known = requireChosen(first)
  const fromAddress = known.predicted.from.address
  for (let asked = 1; asked < mostAsked; asked += 1)
    if ((await parts.policies.policyOf(domainOf(fromAddress))) !== null) break
  const { predicted } = requireChosen(await lookAhead(db, choice, { recipients: [], parts }))
  const { spf, dkim, dmarc } = predicted.authentication.value
  return {
    ...{ sender, fromAddress },
    predicted: {
      from: predicted.from.address,
      spf: spf.result === null || spf.domain === null ? null : { domain: spf.domain, result: spf.result },
      dkim: dkim.domains,
      dmarc: dmarc.result === 'unknown' ? null : dmarc.result,
    },
  }
}

function requireChosen({ choices, sender }: Sight): SeenChoice {
  const chosen = choices.find(one => one.isChosen)
  if (chosen === undefined) throw new Problem('link.kind-not-here', { kind: sender.linkKind })
  return chosen
}
