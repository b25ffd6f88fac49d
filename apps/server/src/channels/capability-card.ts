import {
  type Capability,
  type CapabilityTopic,
  capabilitySentences,
  capabilityTopics,
  fill,
  noPace,
} from '@fairlead/contract'
import type { ChannelTraits } from './channel.ts'

type Said = readonly [value: string, params?: Readonly<Record<string, string | number>>]

/**
 * What a channel can and cannot do, one row for each topic in the order of the comparison table. `viaDomain`: the
 * domain that signs mail from our own servers while the sender's is not authenticated.
 */
export function capabilityCard(traits: ChannelTraits, viaDomain: string): Capability[] {
  return capabilityTopics.map(topic => {
    const isMeasured = traits.unmeasured?.includes(topic) !== true
    const [value, params = {}] = isMeasured ? rows[topic](traits, viaDomain) : ['not-checked']
    const sentences: Readonly<Record<string, string>> = capabilitySentences[topic]
    return { topic, value, params, sentence: fill(sentences[value] ?? value, params) }
  })
}

const rows: Readonly<Record<CapabilityTopic, (traits: ChannelTraits, viaDomain: string) => Said>> = {
  'recipients-see': traits => [traits.fromAddress],
  'via-tag': (traits, domain) =>
    traits.fromAddress === 'account'
      ? ['never']
      : traits.returnPath === 'ours'
        ? ['until-authenticated', { domain }]
        : ['depends'],
  'sent-copy': traits => [traits.sentCopy],
  refusals: () => ['seen'],
  bounces: traits => [traits.bounces],
  complaints: traits => [traits.returnPath === 'ours' ? 'feedback-loops' : 'unseen'],
  replies: traits => [traits.replies],
  limits: limitsRow,
  size: ({ maxBytes }) => ['at-most', { megabytes: Math.floor(maxBytes / 1_000_000) }],
}

/** The provider's own limit comes first: it is the one that a pace set here cannot lift. */
function limitsRow({ limits, pace, isRelay }: ChannelTraits): Said {
  if (typeof pace?.batch !== 'number') return [isRelay === true ? 'by-server' : 'by-recipient']
  const paced = { batch: pace.batch, everySeconds: pace.everySeconds ?? noPace.everySeconds }
  const [first] = limits ?? []
  if (first === undefined) return ['pace', paced]
  const most = new Intl.NumberFormat('en').format(first.most)
  return [first.counts === 'messages' ? 'messages-a-day' : 'recipients-a-day', { most, ...paced }]
}
