import type { Link } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useDayLimits } from '../api/day-limits.ts'

interface DayLeftProps {
  readonly link: Link
  /** In a few characters. */
  readonly isShort?: boolean
  /** Where the provider sets no limit. */
  readonly otherwise?: string
}

/** What the provider still takes of a delivery channel in these 24 hours. */
export function DayLeft({ link, isShort, otherwise }: DayLeftProps) {
  const { i18n } = useLingui()
  const limits = useDayLimits(link)
  const nearest = limits?.toSorted((a, b) => a.left - b.left)[0]
  if (!nearest) return otherwise ?? null
  const [left, limit] = [nearest.left, nearest.limit].map(each => i18n.number(each))
  if (isShort) return <Trans>{left} left</Trans>
  return nearest.counts === 'messages' ? (
    <Trans>
      {left} of {limit} emails left today
    </Trans>
  ) : (
    <Trans>
      {left} of {limit} recipients left today
    </Trans>
  )
}
