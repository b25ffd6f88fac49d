import type { Link } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Measured } from '../../shell/measured.tsx'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/dialog.tsx'
import { Fact, Facts } from '../../ui/facts.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { ChannelHealth, WhyItIsSo } from './channel-health.tsx'
import { CheckLine } from './check-line.tsx'
import { comparedQuery } from './compared-query.ts'
import { IdentitiesOfLink } from './identities-of-link.tsx'
import { LinkFacts, willBeWatched } from './link-facts.tsx'
import { PaceOfLink } from './link-pace.tsx'
import { LinkQuota } from './link-quota.tsx'
import { MoveMail } from './move-mail.tsx'
import { RemoveLink } from './remove-link.tsx'
import { useLinkCheck } from './use-link-check.ts'
import { useLinkStates } from './use-link-states.ts'

interface LinkDrawerProps {
  readonly link: Link
  /** Where its waiting mail could go. */
  readonly others: readonly Link[]
  readonly onClose: () => void
  /** Opens its settings, or its provider's page. */
  readonly onMend: (link: Link) => void
}

/** One delivery channel: how it is, what it was seen to do, and everything that can be done to it. */
export function LinkDrawer({ link, others, onClose, onMend }: LinkDrawerProps) {
  const [asks, setAsks] = useState<'move' | 'remove' | null>(null)
  useFirstLook(link)
  const { run, start } = useLinkCheck()
  const check = () => void start(signal => api.links.check({ id: link.id }, { signal }))
  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={
        <span className="row">
          <ChannelGlyph kind={link.kind} />
          {link.name}
        </span>
      }
    >
      <div className="dr-b">
        <div className="dr-f">
          <ChannelHealth link={link} />
          <WhyItIsSo link={link} />
          <LinkFacts link={link} />
          <Acts {...{ link, others, isChecking: run.isRunning, onMend }} onCheck={check} onAsk={setAsks} />
        </div>
        <div className="dr-d col gap-6">
          {run.isRunning || run.stages.length > 0 || run.problem ? (
            <section>
              <CheckLine run={run} />
            </section>
          ) : null}
          <LinkQuota link={link} />
          <PaceOfLink link={link} />
          <IdentitiesOfLink link={link} />
          {link.isYours && link.state !== 'removed' && <Measured linkId={link.id} />}
          <Capabilities link={link} />
        </div>
      </div>
      {asks === 'move' && <MoveMail {...{ link, others }} onClose={() => setAsks(null)} />}
      {asks === 'remove' && (
        <RemoveLink {...{ link, others, onRemoved: onClose }} onClose={() => setAsks(null)} />
      )}
    </Drawer>
  )
}

const firstLookMs = 2_000

/** A mailbox that was just connected is looked into within seconds, and nobody tells when. */
function useFirstLook({ state, mailbox, card }: Link): void {
  const isAwaited = state === 'ready' && mailbox.lookedAt === null && willBeWatched(card)
  useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
    enabled: isAwaited,
    refetchInterval: isAwaited ? firstLookMs : false,
  })
}

interface ActsProps extends Pick<LinkDrawerProps, 'link' | 'others' | 'onMend'> {
  readonly isChecking: boolean
  readonly onCheck: () => void
  readonly onAsk: (asks: 'move' | 'remove') => void
}

/** What may not be done is not there. */
function Acts({ link, others, isChecking, onMend, onCheck, onAsk }: ActsProps) {
  const { pause, resume } = useLinkStates()
  const { state, mayChange, mayRemove, health, kind } = link
  const isRemoved = state === 'removed'
  const isOwn = kind !== 'managed'
  return (
    <div className="col mt-2">
      {mayChange && isOwn && !isRemoved && (
        <Button look={state === 'needs-attention' ? 'primary' : 'default'} onClick={() => onMend(link)}>
          {kind === 'smtp' ? <Trans>Change settings</Trans> : <Trans>Reconnect</Trans>}
        </Button>
      )}
      {mayChange && isOwn && !isRemoved && (
        <Button isBusy={isChecking} onClick={onCheck}>
          <Trans>Check the connection</Trans>
        </Button>
      )}
      {mayRemove && state === 'ready' && (
        <Button icon="pause" isBusy={pause.isPending} onClick={() => pause.mutate(link)}>
          <Trans>Pause</Trans>
        </Button>
      )}
      {mayChange && state === 'paused' && (
        <Button look="primary" isBusy={resume.isPending} onClick={() => resume.mutate(link)}>
          <Trans>Resume</Trans>
        </Button>
      )}
      {health.waiting > 0 && others.length > 0 && (
        <Button onClick={() => onAsk('move')}>
          <Trans>Move waiting mail</Trans>
        </Button>
      )}
      {mayRemove && isOwn && !isRemoved && (
        <Button look="danger" icon="trash" onClick={() => onAsk('remove')}>
          <Trans>Remove</Trans>
        </Button>
      )}
    </div>
  )
}

function Capabilities({ link: { card } }: { readonly link: Link }) {
  const { data } = useQuery(comparedQuery)
  return (
    <section>
      <h3 className="mb-2">
        <Trans>What it can do</Trans>
      </h3>
      <Facts>
        {data?.topics.map(({ topic, title }) => (
          <Fact key={topic} name={title}>
            {card.find(each => each.topic === topic)?.sentence ?? '–'}
          </Fact>
        ))}
      </Facts>
    </section>
  )
}
