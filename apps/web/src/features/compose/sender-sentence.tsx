import type { Identity, Link } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link as PageLink } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { DayLeft } from '../../shell/day-left.tsx'
import { usePlaces } from '../../shell/place.ts'
import { Avatar, ChannelGlyph } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Pill } from '../../ui/pill.tsx'
import { Popover } from '../../ui/popover.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import type { Senders } from './use-senders.ts'

export type OpenPicker = 'none' | 'identity' | 'channel'

interface SenderSentenceProps {
  readonly senders: Senders
  readonly open: OpenPicker
  readonly onOpen: (open: OpenPicker) => void
  readonly onIdentity: (id: string) => void
  readonly onChannel: (id: string) => void
}

/** "From Ines Calder carried by Managed servers": both can be chosen, in the sentence. */
export function SenderSentence({ senders, open, onOpen, onIdentity, onChannel }: SenderSentenceProps) {
  const { t } = useLingui()
  const { identity, link, isLoading } = senders
  return (
    <div className="cf">
      <span className="l">
        <Trans>From</Trans>
      </span>
      {isLoading ? (
        <Skeleton width={60} />
      ) : (
        <fieldset className="carry" aria-label={t`Sender`}>
          <Picker
            {...{ label: t`Send as`, isOpen: open === 'identity' }}
            onOpen={isOpen => onOpen(isOpen ? 'identity' : 'none')}
            shown={<IdentityShown identity={identity} />}
          >
            {senders.identities.map(each => (
              <IdentityChoice
                key={each.id}
                identity={each}
                isChosen={each.id === identity?.id}
                onChoose={onIdentity}
              />
            ))}
            <PageChoice end="/identities" icon="at">
              <Trans>Identities and signatures</Trans>
            </PageChoice>
          </Picker>
          <span className="by">
            <span className="dimmer nowrap">
              <Trans>carried by</Trans>
            </span>
            <Picker
              {...{ label: t`Which service carries this email`, isOpen: open === 'channel' }}
              onOpen={isOpen => onOpen(isOpen ? 'channel' : 'none')}
              shown={<ChannelShown link={link} />}
              title={t`Delivery channel, Ctrl Shift D`}
            >
              {senders.links.map(each => (
                <ChannelChoice
                  key={each.id}
                  link={each}
                  isChosen={each.id === link?.id}
                  onChoose={onChannel}
                />
              ))}
              <PageChoice end="/channels" icon="sliders">
                <Trans>Compare delivery channels</Trans>
              </PageChoice>
            </Picker>
          </span>
        </fieldset>
      )}
    </div>
  )
}

interface PickerProps {
  readonly label: string
  readonly title?: string
  readonly isOpen: boolean
  readonly onOpen: (isOpen: boolean) => void
  readonly shown: ReactNode
  readonly children: ReactNode
}

const Picker = ({ label, title, isOpen, onOpen, shown, children }: PickerProps) => (
  <Popover
    {...{ label, isOpen, onOpenChange: onOpen }}
    trigger={
      <button type="button" className="pick" title={title}>
        {shown}
        <Icon name="chevron-down" size="sm" />
      </button>
    }
  >
    <div className="w-[28rem] max-w-full">
      <div className="pop-h">{label}</div>
      {children}
    </div>
  </Popover>
)

const IdentityShown = ({ identity }: { readonly identity: Identity | undefined }) =>
  identity ? (
    <>
      <Avatar name={identity.name} size="sm" isYou />
      <span className="nm truncate">{identity.name}</span>
      <span className="ad hide-s truncate">{identity.address}</span>
    </>
  ) : (
    <span className="nm">
      <Trans>No identity yet</Trans>
    </span>
  )

const ChannelShown = ({ link }: { readonly link: Link | undefined }) =>
  link ? (
    <>
      <ChannelGlyph kind={link.kind} />
      <span className="nm truncate">{link.name}</span>
    </>
  ) : (
    <span className="nm">
      <Trans>No delivery channel</Trans>
    </span>
  )

interface ChoiceProps {
  readonly isChosen: boolean
  readonly onChoose: (id: string) => void
}

const IdentityChoice = ({ identity, isChosen, onChoose }: ChoiceProps & { readonly identity: Identity }) => (
  <button
    type="button"
    className="pop-a text-start"
    aria-pressed={isChosen}
    onClick={() => onChoose(identity.id)}
  >
    <Avatar name={identity.name} />
    <span className="grow min-w-0">
      <b className="block truncate">{identity.name}</b>
      <span className="meta block truncate">{identity.address}</span>
      {identity.verifiedAt === null && (
        <span className="meta block">
          <Trans>Cannot send until the link in its verification mail is opened.</Trans>
        </span>
      )}
    </span>
    {identity.verifiedAt === null ? (
      <Pill tone="warn">
        <Trans>Not verified</Trans>
      </Pill>
    ) : (
      isChosen && <Icon name="check" />
    )}
  </button>
)

const ChannelChoice = ({ link, isChosen, onChoose }: ChoiceProps & { readonly link: Link }) => (
  <button
    type="button"
    className="pop-a text-start"
    aria-pressed={isChosen}
    onClick={() => onChoose(link.id)}
  >
    <ChannelGlyph kind={link.kind} size="lg" />
    <span className="grow min-w-0">
      <b className="block truncate">{link.name}</b>
      <span className="meta block">
        {link.state === 'ready' ? <Carries link={link} /> : link.health.sentence}
      </span>
      <span className="meta block empty:hidden">
        <DayLeft link={link} />
      </span>
    </span>
    {link.state !== 'ready' && (
      <Pill tone={link.state === 'paused' ? 'warn' : 'bad'}>
        {link.state === 'paused' ? <Trans>Paused</Trans> : <Trans>Needs attention</Trans>}
      </Pill>
    )}
    {link.state === 'ready' && isChosen && <Icon name="check" />}
  </button>
)

interface PageChoiceProps {
  /** How the page's path ends; without such a page the line is not there. */
  readonly end: string
  readonly icon: 'at' | 'sliders'
  readonly children: ReactNode
}

function PageChoice({ end, icon, children }: PageChoiceProps) {
  const page = usePlaces().find(({ to }) => to.endsWith(end))
  return page ? (
    <>
      <hr />
      <PageLink to={page.to} className="pop-a">
        <Icon name={icon} />
        {children}
      </PageLink>
    </>
  ) : null
}

/** What one most wants to know of a channel before choosing it. */
const Carries = ({ link: { card } }: { readonly link: Link }) => (
  <>
    <BouncesSeen value={stateOf(card, 'bounces')} /> <SentCopy value={stateOf(card, 'sent-copy')} />
  </>
)

const stateOf = (card: Link['card'], topic: Link['card'][number]['topic']) =>
  card.find(each => each.topic === topic)?.value

function BouncesSeen({ value }: { readonly value: string | undefined }) {
  if (value === 'return-path') return <Trans>Every bounce captured.</Trans>
  if (value === 'mailbox') return <Trans>Most bounces captured.</Trans>
  return <Trans>Later bounces are not seen.</Trans>
}

const SentCopy = ({ value }: { readonly value: string | undefined }) =>
  value === 'none' ? (
    <Trans>No copy in your mailbox.</Trans>
  ) : value === undefined ? null : (
    <Trans>Copy in your Sent folder.</Trans>
  )
