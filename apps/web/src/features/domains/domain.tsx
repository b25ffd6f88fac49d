import type { SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { getRouteApi, Link } from '@tanstack/react-router'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { useTitle } from '../../shell/title.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { BeforeAfter } from './before-after.tsx'
import { CheckClock } from './check-clock.tsx'
import { RecordCount } from './domains.tsx'
import { Records } from './records.tsx'
import { RemoveDomain } from './remove-domain.tsx'
import { Reports } from './reports.tsx'
import { Switches } from './switches.tsx'
import { useCopy, useDomain, useDomainActions } from './use-domains.ts'

const route = getRouteApi('/shell/settings/settings/domains/$id')

/** One sending domain: from its records to no via tag, on one page. */
export function Domain() {
  const { t } = useLingui()
  const { id } = route.useParams()
  const { shown, checked } = useDomain(id)
  const domain = shown.data
  useTitle(domain?.domain ?? t`Sending domain`)
  if (shown.error)
    return (
      <>
        <p className="meta">
          <Link to="/settings/domains">
            <Trans>All sending domains</Trans>
          </Link>
        </p>
        <LoadFailed error={shown.error} onRetry={() => void shown.refetch()} />
      </>
    )
  if (!domain) return <SkeletonRows rows={6} label={t`Loading`} />
  return (
    <>
      <Head domain={domain} isChecking={checked.isFetching} />
      {checked.error && <Note tone="warn">{problemSentence(checked.error)}</Note>}
      <BeforeAfter domain={domain} />
      <SandboxPublish domain={domain} />
      <Records domain={domain} />
      <Handing domain={domain} />
      <Switches domain={domain} />
      <Reports domain={domain} />
      <RemoveDomain domain={domain} />
    </>
  )
}

function Head({ domain, isChecking }: { readonly domain: SendingDomain; readonly isChecking: boolean }) {
  const { check } = useDomainActions(domain.id)
  const isWhole = domain.recordsFound === domain.recordsRequired
  return (
    <div className="set-h">
      <div className="grow">
        <p className="meta">
          <Link to="/settings/domains">
            <Trans>Sending domains</Trans>
          </Link>
        </p>
        <h1 className="row wrap">
          <span translate="no">{domain.domain}</span> <RecordCount domain={domain} />
        </h1>
        <p>
          {isWhole ? (
            <Trans>Every record is found. Mail from this domain is signed by it.</Trans>
          ) : (
            <Trans>
              Publish the open records where your DNS is managed. Signing switches on with its first record
              and the return path with its two, each by itself, so nothing breaks in between.
            </Trans>
          )}
        </p>
      </div>
      <div className="col items-end!">
        <Button icon="refresh" isBusy={isChecking || check.isPending} onClick={() => check.mutate()}>
          <Trans>Check now</Trans>
        </Button>
        <CheckClock checkedAt={domain.checkedAt} />
      </div>
    </div>
  )
}

/** In the sandbox nobody has a DNS panel: the simulated internet takes the records with one press. */
function SandboxPublish({ domain }: { readonly domain: SendingDomain }) {
  const { features } = useMember()
  const { publish } = useDomainActions(domain.id)
  if (!features.sandboxInbox || domain.recordsFound === domain.recordsRequired) return null
  return (
    <Note
      tone="info"
      action={
        <Button look="primary" size="sm" isBusy={publish.isPending} onClick={() => publish.mutate()}>
          <Trans>Publish these records in the sandbox</Trans>
        </Button>
      }
    >
      <Trans>
        <b>This is the sandbox.</b> Its simulated DNS can publish the records for you, to see the via tag go
        away. Nothing leaves this machine.
      </Trans>
    </Note>
  )
}

/** The records for someone else: as text, as a zone file, as a mail. */
function Handing({ domain }: { readonly domain: SendingDomain }) {
  const { t } = useLingui()
  const copy = useCopy()
  const shown = asText(domain)
  const subject = t`DNS records for ${domain.domain}`
  return (
    <div className="row flex-wrap gap-3">
      <Button icon="copy" onClick={() => copy(shown, t`The records are copied.`)}>
        <Trans>Copy all as text</Trans>
      </Button>
      <a className={buttonClass({})} href={`/api/v1/domains/${domain.id}/zone`} download>
        <Icon name="download" />
        <Trans>Download zone file</Trans>
      </a>
      <a
        className={buttonClass({})}
        href={`mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(shown)}`}
      >
        <Icon name="mail" />
        <Trans>Email these to whoever manages DNS</Trans>
      </a>
      <span className="meta">
        <Trans>New records usually show up within 10 minutes, at most 48 hours.</Trans>
      </span>
    </div>
  )
}

function asText({ records }: SendingDomain): string {
  return records
    .filter(({ place }) => place === 'your-dns')
    .map(({ title, type, name, expected }) => `${title}\n${type}  ${name}\n${expected}\n`)
    .join('\n')
}
