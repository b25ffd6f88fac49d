import type { Link } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useDayLimits } from '../../api/day-limits.ts'
import { Meter } from '../../ui/facts.tsx'

/** How much of a day's allowance is used, by what the provider counts. */
export function LinkQuota({ link }: { readonly link: Link }) {
  const { t, i18n } = useLingui()
  const limits = useDayLimits(link)
  if (!limits || limits.length === 0) return null
  const titles = {
    messages: t`Messages`,
    recipients: t`Recipients`,
    'external-recipients': t`Recipients outside your organisation`,
  }
  return (
    <section>
      <h3 className="mb-2">
        <Trans>Used in the last 24 hours</Trans>
      </h3>
      <ul className="col gap-3">
        {limits.map(({ counts, limit, used, usedElsewhere, source, asOf }) => {
          const [some, all, outside] = [used, limit, usedElsewhere].map(each => i18n.number(each))
          const readOn = i18n.date(new Date(asOf), { dateStyle: 'medium' })
          return (
            <li key={counts}>
              <div className="row">
                <span className="grow">{titles[counts]}</span>
                <span className="num">
                  <Trans>
                    {some} of {all}
                  </Trans>
                </span>
              </div>
              <Meter label={titles[counts]} value={used} of={limit} />
              <p className="meta">
                {usedElsewhere > 0 && <Trans>{outside} of them outside of Fairlead.</Trans>}{' '}
                <a href={source} target="_blank" rel="noreferrer">
                  <Trans>The provider’s page, read on {readOn}</Trans>
                </a>
              </p>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
