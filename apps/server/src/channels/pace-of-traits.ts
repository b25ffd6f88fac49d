import type { LinkPace } from '@fairlead/contract'
import type { ChannelLimit, ChannelTraits } from './channel.ts'

const daySeconds = 86_400

/**
 * The pace that a link comes with: what its channel asks for, and what its provider allows in a rolling day. Undefined:
 * no limit of any sort.
 */
export function paceOfTraits({ pace, limits = [] }: ChannelTraits): Partial<LinkPace> | undefined {
  if (pace === undefined && limits.length === 0) return undefined
  const perDay = (counts: ChannelLimit['counts']): number | null => {
    const ofDay = limits.filter(limit => limit.counts === counts && limit.windowSeconds === daySeconds)
    return ofDay.length === 0 ? null : Math.min(...ofDay.map(limit => limit.most))
  }
  return {
    perDayMessages: perDay('messages'),
    perDayRecipients: perDay('recipients'),
    perDayExternalRecipients: perDay('external-recipients'),
    ...pace,
  }
}
