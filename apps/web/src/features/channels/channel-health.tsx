import type { Link } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Plural, Trans } from '@lingui/react/macro'
import { useShownTime } from '../../i18n/shown-time.ts'
import { DayLeft } from '../../shell/day-left.tsx'
import { Pill } from '../../ui/pill.tsx'

/** How a channel is in a word, what waits for it, and what its provider still takes today. */
export function ChannelHealth({ link }: { readonly link: Link | null }) {
  if (link === null)
    return (
      <span className="row wrap mt-1">
        <Pill>
          <Trans>Not connected</Trans>
        </Pill>
      </span>
    )
  const { waiting } = link.health
  return (
    <>
      <span className="row wrap mt-1">
        <StatePill link={link} />
      </span>
      <span className="meta mt-1 block empty:hidden">
        <DayLeft link={link} />
      </span>
      {waiting > 0 && (
        <span className="meta mt-1 block">
          <Plural value={waiting} one="# email waiting" other="# emails waiting" />
        </span>
      )}
    </>
  )
}

/** Why a channel is how it is, and since when. */
export function WhyItIsSo({ link }: { readonly link: Link }) {
  const { moment } = useShownTime()
  const since = moment(new Date(link.health.since))
  return (
    <div>
      {link.reason && <p>{link.reason.sentence}</p>}
      <p className="meta">
        {link.health.sentence} <Trans>Since {since}.</Trans>
      </p>
    </div>
  )
}

/** What is wrong, by the reason's code. */
const troubles: Readonly<Record<string, MessageDescriptor>> = {
  'link.login': msg`Password rejected`,
  'link.tls': msg`Encryption failed`,
  'link.certificate': msg`Certificate not valid`,
  'link.gone': msg`Server not found`,
  'quota.channel': msg`Limit reached`,
}
const revoked = msg`Access ended`
const other = msg`Needs attention`

function StatePill({ link: { state, reason, kind } }: { readonly link: Link }) {
  const { _ } = useLingui()
  if (state === 'ready')
    return (
      <Pill tone="ok">
        <Trans>Healthy</Trans>
      </Pill>
    )
  if (state === 'paused')
    return (
      <Pill tone="warn" icon="pause">
        <Trans>Paused</Trans>
      </Pill>
    )
  if (state === 'removed')
    return (
      <Pill>
        <Trans>Removed</Trans>
      </Pill>
    )
  // An account signs in by a grant, not by a password.
  const isGrant = reason?.code === 'link.login' && (kind === 'gmail' || kind === 'microsoft')
  return <Pill tone="bad">{_(isGrant ? revoked : (troubles[reason?.code ?? ''] ?? other))}</Pill>
}
