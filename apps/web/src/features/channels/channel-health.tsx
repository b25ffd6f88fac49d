import type { Link } from '@fairlead/contract'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Pill } from '../../ui/pill.tsx'

/** How a channel is, since when, and what waits for it. */
export function ChannelHealth({ link }: { readonly link: Link | null }) {
  const { i18n } = useLingui()
  if (link === null)
    return (
      <span className="row wrap mt-1">
        <Pill>
          <Trans>Not connected</Trans>
        </Pill>
      </span>
    )
  const since = i18n.date(new Date(link.health.since), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <>
      <span className="row wrap mt-1">
        <StatePill state={link.state} />
      </span>
      <span className="meta mt-1 block">
        {link.state === 'ready' ? <Trans>since {since}</Trans> : link.health.sentence}
      </span>
      {link.reason && <span className="meta block">{link.reason.sentence}</span>}
      {link.health.waiting > 0 && (
        <span className="meta block">
          <Plural value={link.health.waiting} one="# email waiting" other="# emails waiting" />
        </span>
      )}
    </>
  )
}

function StatePill({ state }: { readonly state: Link['state'] }) {
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
  return (
    <Pill tone="bad">
      <Trans>Needs attention</Trans>
    </Pill>
  )
}
