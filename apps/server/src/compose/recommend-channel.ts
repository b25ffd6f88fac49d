import { adviceSentences, fill, type RecipientView, tradeOffSentences } from '@fairlead/contract'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import { showId } from '../platform/ids.ts'
import type { SeenChoice, Sight } from './look-ahead.ts'
import { acceptanceDays, enoughMessages } from './read-acceptance.ts'
import { nearest } from './read-left-today.ts'

type Said = NonNullable<RecipientView['recommendation']>['reasons'][number]
type Params = Said['params']

/** From here on an email is better paced by what each server takes than by one account's daily limit. */
const manyRecipients = 50

/** What a fact is worth; a later row never outweighs an earlier one by itself. */
const worth = {
  isHealthy: 64,
  isNotRejected: 32,
  isNotSuspected: 16,
  hasRoom: 10,
  keepsAddress: 8,
  carriesMany: 6,
  isAccepted: 4,
  hasNoVia: 3,
  isOwnAccount: 2,
  isChosen: 1,
} as const

type Facts = Readonly<Record<keyof typeof worth, boolean>>

/**
 * The delivery channel that fits best, with what speaks for it and what one gives up (spec 4.5). Pure; it never switches
 * anything. Null: there is nothing to choose from.
 */
export function recommendChannel(sight: Sight): RecipientView['recommendation'] {
  const ranked = sight.choices
    .map(choice => ({ choice, facts: factsOf(choice, sight) }))
    .toSorted((a, b) => scoreOf(b.facts) - scoreOf(a.facts))
  const [best, second] = ranked
  if (best === undefined || second === undefined) return null
  const chosen = ranked.find(one => one.choice.isChosen)
  const other = best.choice.isChosen ? second : (chosen ?? second)
  const { linkId, kind, name, isChosen } = best.choice
  return {
    ...{ linkId: showId('link', linkId), channel: kind, name, isChosen },
    reasons: reasonsFor(best, other, sight),
    tradeOffs: tradeOffsOf(best.choice, other.choice, sight),
  }
}

interface Ranked {
  readonly choice: SeenChoice
  readonly facts: Facts
}

function scoreOf(facts: Facts): number {
  return Object.entries(worth).reduce(
    (sum, [name, points]) => sum + (facts[name as keyof Facts] ? points : 0),
    0,
  )
}

function factsOf(choice: SeenChoice, sight: Sight): Facts {
  const { seen, traits, acceptance } = choice
  const { dmarc } = seen.authentication.value
  return {
    isHealthy: choice.state === 'ready',
    isNotRejected: dmarc.disposition !== 'reject',
    isNotSuspected: dmarc.disposition === 'none',
    hasRoom: hasRoom(choice, sight.recipients),
    keepsAddress: !seen.isSwapped,
    carriesMany: sight.recipients < manyRecipients || !isLimited(choice),
    isAccepted: acceptance === null || !isBadlyTaken(acceptance),
    hasNoVia: seen.gmail.value.via === null,
    isOwnAccount: traits.fromAddress === 'account' && !seen.isSwapped,
    isChosen: choice.isChosen,
  }
}

/** Can all of it leave within the rolling day? What is more would wait. */
function hasRoom({ leftToday, traits }: SeenChoice, recipients: number): boolean {
  const messages = traits.handsOver === 'per-message' ? 1 : Math.max(1, recipients)
  return (leftToday?.messages ?? messages) >= messages && (leftToday?.recipients ?? recipients) >= recipients
}

/** Nine in ten is what a healthy sender gets at the least; fewer messages than 30 say nothing. */
function isBadlyTaken({ count, accepted }: { readonly count: number; readonly accepted: number }): boolean {
  return count >= enoughMessages && accepted < count * 0.9
}

/** Has the link a pace or a provider's limit of its own, beside what each recipient's server takes? */
const isLimited = ({ traits }: SeenChoice): boolean =>
  traits.pace !== undefined || (traits.limits?.length ?? 0) > 0

function reasonsFor(best: Ranked, other: Ranked, sight: Sight): Said[] {
  const { seen, acceptance } = best.choice
  const domain = domainOf(seen.from.address)
  const { dmarc } = seen.authentication.value
  const has = (name: keyof Facts) => best.facts[name] && !other.facts[name]
  const said: Said[] = []
  if (has('isHealthy')) said.push(reason('healthy', {}))
  if (dmarc.result === 'pass') said.push(reason('dmarc-passes', { domain }))
  if (has('hasRoom')) said.push(reason('has-room', {}))
  if (has('keepsAddress')) said.push(reason('keeps-address', { address: seen.from.address }))
  if (best.facts.isOwnAccount) said.push(reason('account-match', { address: seen.from.address }))
  if (sight.recipients >= manyRecipients && best.facts.carriesMany)
    said.push(reason('many-recipients', { count: sight.recipients }))
  if (seen.gmail.value.via === null && seen.gmail.certainty !== 'not-checked-yet')
    said.push(reason('no-via', {}))
  if (acceptance !== null && acceptance.count >= enoughMessages) {
    const { accepted, count, provider } = acceptance
    said.push(reason('accepted', { accepted, count, provider, days: acceptanceDays }))
  }
  return said
}

function tradeOffsOf(best: SeenChoice, other: SeenChoice, { sender }: Sight): Said[] {
  const { seen, acceptance } = best
  const via = seen.gmail.value.via
  const lost: Said[] = []
  if (seen.isSwapped)
    lost.push(tradeOff('swaps-address', { address: seen.from.address, chosen: sender.address }))
  if (via !== null && other.seen.gmail.value.via === null) lost.push(tradeOff('adds-via', { via }))
  if (seen.sentCopy.value === false && other.seen.sentCopy.value) lost.push(tradeOff('no-sent-copy', {}))
  if (seen.replies.value.isSeen === false && other.seen.replies.value.isSeen)
    lost.push(tradeOff('replies-unseen', {}))
  if (seen.bounces.value === 'unseen' && other.seen.bounces.value !== 'unseen')
    lost.push(tradeOff('bounces-unseen', {}))
  const left = best.leftToday && nearest(best.leftToday)
  if (left !== null) lost.push(tradeOff('left-today', { left }))
  else if (isLimited(best) && !isLimited(other)) lost.push(tradeOff('fewer-a-day', {}))
  if (acceptance !== null && acceptance.count < enoughMessages) {
    const { count, provider } = acceptance
    lost.push(tradeOff('not-enough-data', { count, provider, days: acceptanceDays }))
  }
  return lost.length > 0 ? lost : [tradeOff('none', {})]
}

const reason = (code: keyof typeof adviceSentences, params: Params): Said => ({
  ...{ code, params },
  sentence: fill(adviceSentences[code], params),
})

const tradeOff = (code: keyof typeof tradeOffSentences, params: Params): Said => ({
  ...{ code, params },
  sentence: fill(tradeOffSentences[code], params),
})

/** The choices as the API shows them. */
export function showChoices({ choices }: Sight): RecipientView['choices'] {
  return choices.map(({ linkId, kind, name, state, isChosen, seen, acceptance }) => ({
    ...{ linkId: showId('link', linkId), channel: kind, name, isChosen },
    ...{ address: seen.from.address, via: seen.gmail.value.via, isHealthy: state === 'ready' },
    dmarc: seen.authentication.value.dmarc.result,
    disposition: seen.authentication.value.dmarc.disposition,
    acceptance: acceptance && {
      ...{ provider: acceptance.provider, count: acceptance.count, accepted: acceptance.accepted },
      ...{ days: acceptanceDays, isEnough: acceptance.count >= enoughMessages },
    },
  }))
}
