import type { DomainRecord, SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '../../ui/button.tsx'
import { Code, Pill } from '../../ui/pill.tsx'
import { markMissing } from './mark-missing.ts'
import { useCopy } from './use-domains.ts'

/** The records to publish, each with what stands there now. */
export function Records({ domain }: { readonly domain: SendingDomain }) {
  const { provider, records } = domain
  return (
    <section className="col gap-3" aria-labelledby="dns-records">
      <div className="row flex-wrap">
        <h2 id="dns-records">
          <Trans>DNS records</Trans>
        </h2>
        {provider && (
          <span className="meta push">
            <Trans>
              Your DNS looks like{' '}
              <a href={provider.link} target="_blank" rel="noreferrer">
                {provider.name}
              </a>
              . {provider.wording}
            </Trans>
          </span>
        )}
      </div>
      <div className="card">
        <table className="tb dns stack">
          <thead>
            <tr>
              <th className="w-42">
                <Trans>Purpose</Trans>
              </th>
              <th className="w-18">
                <Trans>Type</Trans>
              </th>
              <th className="w-60">
                <Trans>Name</Trans>
              </th>
              <th>
                <Trans>Value</Trans>
              </th>
              <th className="w-35">
                <Trans>Status</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {records.map(record => (
              <RecordRow key={record.purpose} record={record} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function RecordRow({ record }: { readonly record: DomainRecord }) {
  const { t } = useLingui()
  const { title, meaning, type, host, expected, state, problem } = record
  return (
    <tr>
      <td>
        <b>{title}</b>
        <div className="meta">{meaning}</div>
      </td>
      <td data-l={t`Type`}>
        <Code>{type}</Code>
      </td>
      <td data-l={t`Name`}>
        <Copied text={host} label={t`Copy name ${host}`}>
          {host}
        </Copied>
      </td>
      <td data-l={t`Value`}>
        <Copied text={expected} label={t`Copy value for ${title}`}>
          {state === 'needs-change' ? <Marked record={record} /> : expected}
        </Copied>
        {problem && (
          <p className={`meta mt-1 ${state === 'not-found' ? '' : 'text-bad!'}`}>
            {problem.sentence} {problem.fix}
          </p>
        )}
        <Found record={record} />
      </td>
      <td data-l={t`Status`}>
        <RecordState state={state} />
      </td>
    </tr>
  )
}

const Copied = (props: {
  readonly text: string
  readonly label: string
  readonly children: React.ReactNode
}) => {
  const { t } = useLingui()
  const copy = useCopy()
  return (
    <div className="dnsval">
      <code translate="no">{props.children}</code>
      <Button
        look="ghost"
        size="sm"
        icon="copy"
        label={props.label}
        onClick={() => copy(props.text, t`Copied.`)}
      />
    </div>
  )
}

/** The wanted value; what the published one lacks is marked. */
const Marked = ({ record }: { readonly record: DomainRecord }) =>
  markMissing(record.expected, record.found).map(({ text, isMissing, at }) =>
    isMissing ? (
      <mark key={at} className="g">
        {text}
      </mark>
    ) : (
      <span key={at}>{text}</span>
    ),
  )

/** What stands in DNS, where that is something else. */
function Found({ record }: { readonly record: DomainRecord }) {
  const { found, state, expected } = record
  const others = found.filter(text => text !== expected)
  if (state === 'found' || others.length === 0) return null
  return (
    <details className="mt-1">
      <summary className="meta cursor-pointer">
        <Trans>What stands there now</Trans>
      </summary>
      {others.map(text => (
        <code key={text} className="meta block wrap-anywhere" translate="no">
          {text}
        </code>
      ))}
    </details>
  )
}

function RecordState({ state }: { readonly state: DomainRecord['state'] }) {
  const shown = {
    found: { tone: 'ok', icon: 'check', words: <Trans>Found</Trans> },
    'not-found': { tone: 'warn', icon: 'clock', words: <Trans>Not found yet</Trans> },
    'needs-change': { tone: 'bad', icon: 'x', words: <Trans>Needs a change</Trans> },
    conflict: { tone: 'bad', icon: 'alert', words: <Trans>Conflict</Trans> },
    'not-checked-yet': { tone: 'neutral', icon: 'clock', words: <Trans>Not checked yet</Trans> },
  } as const
  const { tone, icon, words } = shown[state]
  return (
    <Pill tone={tone} icon={icon}>
      {words}
    </Pill>
  )
}
