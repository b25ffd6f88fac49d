import type { DmarcSummary, SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/note.tsx'
import { Tick } from '../../ui/pill.tsx'
import { useCopy } from './use-domains.ts'

/** Who sends as the domain, by the aggregate reports of receivers; and what p=reject would have done. */
export function Reports({ domain }: { readonly domain: SendingDomain }) {
  const { data } = useQuery({
    queryKey: [...keys.domain(domain.id), 'dmarc'],
    queryFn: ({ signal }) => api.domains.dmarc({ id: domain.id }, { signal }),
  })
  return (
    <Card title={<Trans>DMARC reports</Trans>} aside={<Policy domain={domain} />}>
      <div className="col gap-3">
        {data && data.reports > 0 ? <Summary summary={data} /> : <HowToGetThem domain={domain} />}
      </div>
    </Card>
  )
}

function Policy({ domain: { dmarc, isDmarcKnown } }: { readonly domain: SendingDomain }) {
  if (!isDmarcKnown)
    return (
      <span className="meta">
        <Trans>Policy not checked yet</Trans>
      </span>
    )
  if (dmarc === null)
    return (
      <span className="meta">
        <Trans>No policy published</Trans>
      </span>
    )
  const { policy, name } = dmarc
  return (
    <span className="meta" translate="no">
      p={policy} ({name})
    </span>
  )
}

function HowToGetThem({ domain }: { readonly domain: SendingDomain }) {
  const { t } = useLingui()
  const copy = useCopy()
  const { reportRecord, dmarc, reportAddress } = domain
  return (
    <>
      <p className="dim">
        {dmarc?.reportsToUs ? (
          <Trans>No reports yet. Receivers send them once a day; the first come in a day or two.</Trans>
        ) : (
          <Trans>
            Receivers report once a day who sends as this domain, when its DMARC record names{' '}
            <code translate="no">{reportAddress}</code>.
          </Trans>
        )}
      </p>
      {reportRecord && !dmarc?.reportsToUs && (
        <div className="dnsval">
          <code translate="no">{reportRecord}</code>
          <Button
            look="ghost"
            size="sm"
            icon="copy"
            label={t`Copy the DMARC record with the address added`}
            onClick={() => copy(reportRecord, t`Copied.`)}
          />
        </div>
      )}
    </>
  )
}

function Summary({ summary }: { readonly summary: DmarcSummary }) {
  const { t } = useLingui()
  const { days, messages, passed, channels, ifRejected, sources, reporters } = summary
  return (
    <>
      <p>
        <Trans>
          {passed} of {messages} messages passed in the last {days} days, by reports of {reporters.join(', ')}
          .
        </Trans>
      </p>
      {channels.map(({ channel, failed, sentence }) => (
        <Tick key={channel} is={failed === 0 ? 'ok' : 'warn'}>
          {sentence}
        </Tick>
      ))}
      <p>
        <b>
          <Trans>If the policy were p=reject:</Trans>
        </b>{' '}
        {ifRejected.sentence}
      </p>
      <div className="card">
        <table className="tb mid stack">
          <thead>
            <tr>
              <th>
                <Trans>Who sent</Trans>
              </th>
              <th>
                <Trans>Messages</Trans>
              </th>
              <th>
                <Trans>Passed</Trans>
              </th>
              <th>
                <Trans>Last seen</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {sources.map(({ address, organisation, channel, messages: sent, passed: ok, lastDay }) => (
              <tr key={address}>
                <td>
                  <b>{organisation}</b> <span className="meta">{address}</span>
                  {channel && (
                    <span className="meta block">
                      <Trans>One of your delivery channels</Trans>
                    </span>
                  )}
                </td>
                <td data-l={t`Messages`}>{sent}</td>
                <td data-l={t`Passed`}>{ok}</td>
                <td data-l={t`Last seen`}>{lastDay}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
