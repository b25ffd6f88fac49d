import { type BounceProofState, bounceProofSentences, fill, type Link } from '@fairlead/contract'
import type { BounceProbe } from '../links/list-links.ts'
import type { ChannelTraits } from './channel.ts'

/**
 * Do later bounces of a link come back? `traits` undefined: the kind is not installed. `receivesMail`: can this
 * installation be reached by mail, so that a probe can prove it?
 */
export function bounceProofOf(
  probe: BounceProbe | null,
  of: { readonly traits: ChannelTraits | undefined; readonly receivesMail: boolean },
): Link['bounceProof'] {
  const state = stateOf(probe, of)
  const isProved = state === 'proved'
  const seconds = isProved ? (probe?.provedSeconds ?? null) : null
  const at = isProved ? probe?.provedAt : state === 'failed' ? probe?.failedAt : probe?.sentAt
  const isProbed = isProved || state === 'failed' || state === 'waiting'
  return {
    state,
    sentence: fill(bounceProofSentences[state], { seconds: seconds === null ? 0 : Math.round(seconds) }),
    seconds,
    at: isProbed ? (at?.toISOString() ?? null) : null,
  }
}

/** A proof stays until a later probe fails. */
function stateOf(
  probe: BounceProbe | null,
  { traits, receivesMail }: { traits: ChannelTraits | undefined; receivesMail: boolean },
): BounceProofState {
  if (traits?.isOurs) return 'not-needed'
  if (traits === undefined || traits.bounces === 'unseen') return 'unseen'
  if (!receivesMail) return 'cannot-be-proved-here'
  if (probe === null) return 'waiting'
  if (probe.failedAt !== null && (probe.provedAt === null || probe.provedAt < probe.failedAt)) return 'failed'
  return probe.provedAt === null ? 'waiting' : 'proved'
}
