import type { SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMember } from '../../api/session.ts'
import { Tick } from '../../ui/pill.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { useIdentitiesOf } from './use-identities-of.ts'

type Line = SendingDomain['before']

/** What recipients see now, and once every record is found. */
export function BeforeAfter({ domain }: { readonly domain: SendingDomain }) {
  const { t } = useLingui()
  const isWhole = domain.recordsFound === domain.recordsRequired
  return (
    <section className="two eq" aria-label={t`Before and after`}>
      <div className="col gap-3">
        <h2>
          <Trans>Now</Trans>
        </h2>
        <Shown domain={domain} line={domain.before} />
      </div>
      {!isWhole && (
        <div className="col gap-3">
          <h2>
            <Trans>When all records are found</Trans>
          </h2>
          <Shown domain={domain} line={domain.after} />
        </div>
      )}
    </section>
  )
}

function Shown({ domain, line }: { readonly domain: SendingDomain; readonly line: Line }) {
  const { member } = useMember()
  const identity = useIdentitiesOf(domain.domain)[0]
  const dmarc = { pass: 'ok', fail: 'no', 'no-policy': 'warn', 'not-checked-yet': 'warn' } as const
  return (
    <RecipientCard
      name={identity?.name ?? member.name}
      address={identity?.address ?? line.from}
      via={line.via}
      isViaMarked={line.via !== null}
      time="10:45"
      to={<Trans>to Marta</Trans>}
    >
      <div className="row flex-wrap gap-4">
        <Tick is={line.dkim === 'aligned' ? 'ok' : 'warn'}>
          <span translate="no">DKIM</span>
          <Says is={line.dkim} />
        </Tick>
        <Tick is={line.spf === 'aligned' ? 'ok' : 'warn'}>
          <span translate="no">SPF</span>
          <Says is={line.spf} />
        </Tick>
        <Tick is={dmarc[line.dmarc]}>
          <span translate="no">DMARC</span>
          <Says is={line.dmarc} />
        </Tick>
        <span className="meta push">
          <Trans>Signed by {line.signedBy}</Trans>
        </span>
      </div>
    </RecipientCard>
  )
}

/** What the tick means, for those who do not see its shape. */
function Says({ is }: { readonly is: Line['dkim'] | Line['dmarc'] }) {
  const { t } = useLingui()
  const words = {
    aligned: t`as you`,
    'not-aligned': t`not as you`,
    pass: t`passes`,
    fail: t`fails`,
    'no-policy': t`no policy`,
    'not-checked-yet': t`not checked yet`,
  }
  return <span className="sr"> {words[is]}</span>
}
