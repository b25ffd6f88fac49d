import { readPace } from '../links/pace.ts'
import type { WhichPace } from '../links/which-pace.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { ChannelLimit, ChannelTraits } from './channel.ts'

/** What is used of one of a provider's limits in the rolling day. */
export interface DayLimit extends Pick<ChannelLimit, 'counts' | 'source' | 'asOf'> {
  readonly limit: number
  readonly used: number
  /** Of these, sent outside of Fairlead. */
  readonly usedElsewhere: number
  readonly left: number
}

const usedOf = {
  messages: 'messages',
  recipients: 'recipients',
  'external-recipients': 'externalRecipients',
} as const

/** The provider's limits on a link, in the order of its traits; none: it has no such limit. The caller may see the link. */
export async function readDayLimits(
  tx: Tx,
  which: WhichPace,
  { limits = [], pace }: Pick<ChannelTraits, 'limits' | 'pace'>,
): Promise<DayLimit[]> {
  if (limits.length === 0) return []
  const { used } = await readPace(tx, which, pace ?? {})
  return limits.map(({ counts, most, source, asOf }) => ({
    ...{ counts, source, asOf, limit: most, used: used[usedOf[counts]] },
    usedElsewhere: counts === 'messages' ? used.elsewhere : 0,
    left: Math.max(0, most - used[usedOf[counts]]),
  }))
}
