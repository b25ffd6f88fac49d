import type { ChannelKind, Link, OauthKind } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useMember } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { useLinkStates } from './use-link-states.ts'

/** What the page opens for a delivery channel or a kind of it. */
export interface ChannelOpens {
  readonly manage: (link: Link) => void
  readonly mend: (link: Link) => void
  readonly connectSmtp: () => void
  readonly connectAccount: (kind: OauthKind) => void
  readonly setUpClient: (kind: OauthKind) => void
}

interface ChannelActionProps {
  readonly kind: ChannelKind
  readonly link: Link | null
  readonly opens: ChannelOpens
}

/** The one thing to do with a delivery channel as it stands. */
export function ChannelAction({ kind, link, opens }: ChannelActionProps) {
  const { t } = useLingui()
  const { resume } = useLinkStates()
  if (link === null) return <Connect kind={kind} opens={opens} />
  if (link.state === 'needs-attention' && link.mayChange && kind !== 'managed')
    return (
      <Button size="sm" look="primary" onClick={() => opens.mend(link)}>
        <Trans>Reconnect</Trans>
      </Button>
    )
  if (link.state === 'paused' && link.mayChange)
    return (
      <Button size="sm" look="primary" isBusy={resume.isPending} onClick={() => resume.mutate(link)}>
        <Trans>Resume</Trans>
      </Button>
    )
  return (
    <Button size="sm" aria-label={t`Manage ${link.name}`} onClick={() => opens.manage(link)}>
      <Trans>Manage</Trans>
    </Button>
  )
}

function Connect({ kind, opens }: Pick<ChannelActionProps, 'kind' | 'opens'>) {
  const { member } = useMember()
  const { data } = useQuery({
    queryKey: [...keys.links, 'connectable'],
    queryFn: ({ signal }) => api.linkConnections.options(undefined, { signal }),
    enabled: kind === 'gmail' || kind === 'microsoft',
  })
  if (kind === 'managed') return null
  if (kind === 'smtp')
    return (
      <Button size="sm" onClick={opens.connectSmtp}>
        <Trans>Connect</Trans>
      </Button>
    )
  const state = data?.options.find(option => option.kind === kind)?.state
  if (state === 'ready' || state === 'simulated')
    return (
      <Button size="sm" onClick={() => opens.connectAccount(kind)}>
        {state === 'simulated' ? <Trans>Connect, simulated</Trans> : <Trans>Connect</Trans>}
      </Button>
    )
  if (state !== 'needs-client') return null
  return member.role === 'admin' ? (
    <Button size="sm" onClick={() => opens.setUpClient(kind)}>
      <Trans>Set up</Trans>
    </Button>
  ) : (
    <span className="meta">
      <Trans>An admin has to set this up first.</Trans>
    </span>
  )
}
