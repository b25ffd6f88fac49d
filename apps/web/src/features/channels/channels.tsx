import { kindOfProvider, type Link, providerOfKind } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useMember } from '../../api/session.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import type { ChannelOpens } from './channel-action.tsx'
import type { ChannelsSearch } from './channels-search.ts'
import { ChoicePerIdentity } from './choice-per-identity.tsx'
import { comparedQuery } from './compared-query.ts'
import { Comparison } from './comparison.tsx'
import { ConfirmConnection, useConnectAccount } from './connect-account.tsx'
import { ConnectProblem } from './connect-problem.tsx'
import { LinkDrawer } from './link-drawer.tsx'
import { NeedsAttention } from './needs-attention.tsx'
import { OauthClientDrawer } from './oauth-client.tsx'
import { SmtpDrawer } from './smtp-drawer.tsx'

const route = getRouteApi('/shell/settings/settings/channels')

/** The ways out: how they are, what each can do, and which one each identity takes. */
export function Channels() {
  const { t } = useLingui()
  const { features } = useMember()
  const search = route.useSearch()
  const links = useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
  })
  const compared = useQuery(comparedQuery)
  const error = links.error ?? compared.error
  const again = () => void Promise.all([links.refetch(), compared.refetch()])
  const all = links.data?.links ?? []
  const usable = all.filter(({ state }) => state !== 'removed')
  const { opens, go } = useOpens()
  return (
    <>
      <SettingsHead
        title={t`Delivery channels`}
        action={
          features.channelKinds.includes('smtp') && (
            <Button icon="plus" onClick={opens.connectSmtp}>
              <Trans>Connect SMTP server</Trans>
            </Button>
          )
        }
      >
        <Trans>
          A channel is the service that carries your email. It decides what recipients see, which bounces
          Fairlead can catch and where the copy ends up.
        </Trans>
      </SettingsHead>
      {search.connectProblem && <ConnectProblem code={search.connectProblem} onClose={() => go({})} />}
      {error && <LoadFailed error={error} onRetry={again} />}
      {!error && (!links.data || !compared.data) && <SkeletonRows rows={6} label={t`Loading`} />}
      <NeedsAttention links={all} onMend={opens.mend} onManage={opens.manage} />
      {links.data && compared.data && <Comparison {...{ links: usable, compared: compared.data, opens }} />}
      {links.data && <ChoicePerIdentity links={usable.filter(({ isYours }) => isYours)} />}
      {links.data && <Opened {...{ search, links: all, opens }} onClose={() => go({})} />}
    </>
  )
}

/** The drawers and questions of this page; what is open stands in its address, so that a reload loses none. */
function useOpens(): { opens: ChannelOpens; go: (search: ChannelsSearch) => void } {
  const navigate = useNavigate()
  const go = (search: ChannelsSearch) => void navigate({ to: '/settings/channels', search, replace: true })
  const connect = useConnectAccount(connection => go({ connection }))
  const opens: ChannelOpens = {
    manage: ({ id }) => go({ link: id }),
    mend: ({ id, kind }) =>
      kind === 'gmail' || kind === 'microsoft' ? connect.mutate(kind) : go({ connect: 'smtp', link: id }),
    connectSmtp: () => go({ connect: 'smtp' }),
    connectAccount: kind => connect.mutate(kind),
    setUpClient: kind => go({ client: providerOfKind[kind] }),
  }
  return { opens, go }
}

interface OpenedProps {
  readonly search: ChannelsSearch
  readonly links: readonly Link[]
  readonly opens: ChannelOpens
  readonly onClose: () => void
}

function Opened({ search, links, opens, onClose }: OpenedProps) {
  const link = links.find(({ id }) => id === search.link) ?? null
  if (search.connect)
    return <SmtpDrawer key={link?.id ?? 'new'} {...{ link, onClose }} onAccount={opens.connectAccount} />
  if (search.client) return <OauthClientDrawer kind={kindOfProvider[search.client]} onClose={onClose} />
  if (search.connection) return <ConfirmConnection id={search.connection} onClose={onClose} />
  if (link === null) return null
  const others = links.filter(({ id, state, isYours }) => id !== link.id && state === 'ready' && isYours)
  return <LinkDrawer key={link.id} {...{ link, others, onClose, onMend: opens.mend }} />
}
