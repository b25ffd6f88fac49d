import type { SandboxMessage } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { useShownTime } from '../../i18n/shown-time.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Tick } from '../../ui/pill.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { SafeFrame } from '../../ui/safe-frame.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

/** One received email: its From line, who vouches for it, and its text. */
export function Message({ message }: { readonly message: SandboxMessage }) {
  const { t } = useLingui()
  const { clock } = useShownTime()
  return (
    <article className="col gap-4">
      <div className="row wrap">
        <Link to="/sandbox" search={{}} className={`${buttonClass({ look: 'ghost', size: 'sm' })} sbx-back`}>
          <Icon name="chevron-left" />
          <Trans>Back</Trans>
        </Link>
        <h2 className="grow min-w-0 wrap-anywhere">{message.subject || t`(no subject)`}</h2>
      </div>
      <RecipientCard
        name={message.from.name || message.from.address}
        address={message.from.address}
        via={message.via}
        isViaMarked
        time={clock(new Date(message.receivedAt))}
        to={<Trans>to {message.recipients.join(', ')}</Trans>}
      />
      <Authentication message={message} />
      <Body id={message.id} />
    </article>
  )
}

function Authentication({ message }: { readonly message: SandboxMessage }) {
  const { spf, dkim, dmarc, state } = message.verdicts
  const signature = dkim.find(({ result }) => result === 'pass') ?? dkim[0]
  return (
    <Facts>
      <Fact name={<Trans>Mailed by</Trans>}>{message.mailedBy ?? '–'}</Fact>
      <Fact name={<Trans>Signed by</Trans>}>{message.signedBy ?? <Trans>nobody</Trans>}</Fact>
      <Fact name={<Trans>Checks of the recipient’s server</Trans>}>
        {state === 'pending' ? (
          <Trans>Not checked yet</Trans>
        ) : (
          <span className="row wrap">
            <Verdict name="SPF" result={spf?.result} />
            <Verdict name="DKIM" result={signature?.result} />
            <Verdict name="DMARC" result={dmarc?.result} />
          </span>
        )}
      </Fact>
      {message.answer && (
        <Fact name={<Trans>The server said</Trans>}>
          <code className="code" translate="no">
            {message.answer}
          </code>
        </Fact>
      )}
    </Facts>
  )
}

function Verdict({ name, result = 'none' }: { readonly name: string; readonly result?: string | undefined }) {
  const is = result === 'pass' ? 'ok' : result === 'fail' ? 'no' : 'warn'
  return (
    <Tick is={is}>
      {name} {result}
    </Tick>
  )
}

function Body({ id }: { readonly id: string }) {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery({
    queryKey: ['sandbox', 'message', id],
    queryFn: ({ signal }) => api.sandbox.get({ id }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error) return <LoadFailed error={error} onRetry={() => void refetch()} />
  if (!data)
    return (
      <div role="status" aria-label={t`Loading`} aria-busy="true">
        <Skeleton width={80} />
      </div>
    )
  return (
    <div className="card card-b col gap-3">
      {data.html === null ? (
        <p className="read whitespace-pre-wrap wrap-anywhere">{data.text}</p>
      ) : (
        <SafeFrame title={t`Text of the email`} html={data.html} />
      )}
      {data.attachments.length > 0 && (
        <ul className="row wrap">
          {data.attachments.map(({ filename }) => (
            <li key={filename} className="tok">
              <Icon name="attach" size="sm" />
              {filename}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
