import { type ChannelKind, channelKinds, providerOfKind } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { HeroCard } from '../../shell/hero-card.tsx'
import { useTitle } from '../../shell/title.ts'
import { Button } from '../../ui/button.tsx'
import { Radio } from '../../ui/choice.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { Note } from '../../ui/note.tsx'
import { Pill } from '../../ui/pill.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { OnboardingSteps } from './steps.tsx'

const route = getRouteApi('/entrance/welcome/channel')

/** Which service carries the mail: the managed servers are ready, the others are connected in the app. */
export function ChannelStep() {
  const { t } = useLingui()
  useTitle(t`Who carries your email?`)
  const { features } = useMember()
  const { by = 'managed' } = route.useSearch()
  const navigate = useNavigate()
  const goOn = useGoOn()
  const names = useNames()
  return (
    <section className="ob-f">
      <OnboardingSteps at="channel" />
      <div>
        <h1>
          <Trans>Who carries your email?</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>You can add the others later and choose again in every email.</Trans>
        </p>
      </div>
      {goOn.error && <Note tone="bad">{problemSentence(goOn.error)}</Note>}
      <fieldset className="col" aria-label={t`Delivery channel`}>
        {channelKinds
          .filter(kind => features.channelKinds.includes(kind))
          .map(kind => (
            <Option
              key={kind}
              {...{ kind, name: names.get(kind) ?? kind, isChosen: kind === by }}
              onChoose={() => void navigate({ to: '/welcome/channel', search: { by: kind }, replace: true })}
            />
          ))}
      </fieldset>
      <div className="row">
        <Button
          look="primary"
          size="lg"
          className="push"
          isBusy={goOn.isPending}
          onClick={() => goOn.mutate(by)}
        >
          <Trans>Continue</Trans>
        </Button>
      </div>
      <Seen by={by} />
    </section>
  )
}

/** What each kind is called, as on the page of delivery channels. */
function useNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['channel-kinds'],
    queryFn: ({ signal }) => api.channelKinds.compare(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return new Map(data?.kinds.map(({ kind, name }) => [kind, name]))
}

const useConnectable = () =>
  useQuery({
    queryKey: ['connectable'],
    queryFn: ({ signal }) => api.linkConnections.options(undefined, { signal }),
  }).data?.options

/** To the test with what is ready; to where it is connected with everything else. */
function useGoOn() {
  const navigate = useNavigate()
  const connectable = useConnectable()
  return useMutation({
    mutationFn: async (kind: ChannelKind) => {
      if (kind === 'managed') return navigate({ to: '/welcome/test', search: {} })
      if (kind === 'smtp') return navigate({ to: '/settings/channels', search: { connect: 'smtp' } })
      const state = connectable?.find(one => one.kind === kind)?.state
      if (state === 'needs-client')
        return navigate({ to: '/settings/channels', search: { client: providerOfKind[kind] } })
      const { id, authorizationUrl } = await api.linkConnections.start({ kind })
      if (authorizationUrl === null) return navigate({ to: '/settings/channels', search: { connection: id } })
      window.location.assign(authorizationUrl)
    },
  })
}

interface OptionProps {
  readonly kind: ChannelKind
  readonly name: string
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function Option({ kind, name, isChosen, onChoose }: OptionProps) {
  const id = useId()
  const state = useConnectable()?.find(one => one.kind === kind)?.state
  return (
    <label className="opt" htmlFor={id}>
      <ChannelGlyph kind={kind} size="lg" />
      <span>
        <b className="row">
          <span translate="no">{name}</span>
          {kind === 'managed' && (
            <Pill tone="info" icon="check">
              <Trans>Ready now</Trans>
            </Pill>
          )}
          {state === 'simulated' && (
            <Pill>
              <Trans>Simulated</Trans>
            </Pill>
          )}
          {state === 'needs-client' && (
            <Pill>
              <Trans>To be set up first</Trans>
            </Pill>
          )}
        </b>
        <span className="meta block">{says[kind]}</span>
      </span>
      <Radio id={id} name="channel" aria-label={name} checked={isChosen} onChange={onChoose} />
    </label>
  )
}

const says: Readonly<Record<ChannelKind, ReactNode>> = {
  managed: <Trans>This server sends it. Every bounce is caught.</Trans>,
  gmail: <Trans>Sent from your Google account, copy in Sent.</Trans>,
  microsoft: <Trans>Sent from your Microsoft account, copy in Sent Items.</Trans>,
  smtp: <Trans>Exchange, SendGrid or any other server you may use.</Trans>,
}

/** What differs for recipients, beside the choice. */
function Seen({ by }: { readonly by: ChannelKind }) {
  const { data: view } = useQuery({
    queryKey: [...keys.links, 'preview', undefined, undefined],
    queryFn: ({ signal }) => api.previews.preview({}, { signal }),
  })
  if (!view) return null
  const { name, address, via } = view.gmail.value
  const shownVia = by === 'managed' ? via : null
  return (
    <HeroCard>
      <p className="meta mb-2.5">
        <Trans>What your recipients will see</Trans>
      </p>
      <RecipientCard {...{ name, address, via: shownVia }} isViaMarked={shownVia !== null}>
        <p className="dim">
          {by === 'managed' && view.gmail.sentence}
          {by === 'gmail' && <Trans>The address of your Google account stands here.</Trans>}
          {by === 'microsoft' && <Trans>The address of your Microsoft account stands here.</Trans>}
          {by === 'smtp' && <Trans>As your server allows: we check it step by step.</Trans>}
        </p>
      </RecipientCard>
    </HeroCard>
  )
}
