import type { RecipientView } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Measured } from '../../shell/measured.tsx'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/choice.tsx'
import { Fact, Facts, ThreeSteps } from '../../ui/facts.tsx'
import { Avatar, ChannelGlyph } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { Tick } from '../../ui/pill.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { readRecipient } from './recipient-text.ts'
import { AuthenticationTicks, PolicyNote, Recommendation } from './recommendation.tsx'
import type { useRecipientView } from './use-recipient-view.ts'

interface RailProps {
  readonly view: ReturnType<typeof useRecipientView>
  readonly to: readonly string[]
  readonly subject: string
  readonly onChannel: (linkId: string) => void
}

/** Mail programs whose manner is shown. */
type MailClient = 'gmail' | 'outlook'

/** What recipients will see of this email, before it is sent. */
export function Rail({ view, to, subject, onChannel }: RailProps) {
  const { t } = useLingui()
  const [client, setClient] = useState<MailClient>('gmail')
  const label = t`What your recipients will see`
  return (
    <aside className="comp-r" aria-label={label} id="recipients-see">
      <div className="rail-h">
        <h2 className="grow">{label}</h2>
        <Segmented
          label={t`Mail program`}
          value={client}
          onChange={setClient}
          options={[
            { value: 'gmail', label: <span translate="no">Gmail</span> },
            { value: 'outlook', label: <span translate="no">Outlook</span> },
          ]}
        />
      </div>
      {view.error && !view.data && (
        <Note
          tone="warn"
          action={
            <Button size="sm" onClick={() => void view.refetch()}>
              <Trans>Try again</Trans>
            </Button>
          }
        >
          {problemSentence(view.error)}
        </Note>
      )}
      {view.isPending && <RailSkeleton />}
      {view.data && <Seen {...{ view: view.data, client, to, subject, onChannel }} />}
    </aside>
  )
}

function RailSkeleton() {
  const { t } = useLingui()
  return (
    <div className="gm col" role="status" aria-label={t`Loading what your recipients will see`}>
      <Skeleton width={70} />
      <Skeleton width={45} />
      <Skeleton width={85} />
    </div>
  )
}

interface SeenProps {
  readonly view: RecipientView
  readonly client: MailClient
  readonly to: readonly string[]
  readonly subject: string
  readonly onChannel: (linkId: string) => void
}

function Seen({ view, client, to, subject, onChannel }: SeenProps) {
  const { t } = useLingui()
  const fact = view[client]
  const { name, address, via, isQuestioned } = fact.value
  const first = to[0] === undefined ? null : readRecipient(to[0])
  const who = first ? first.name || first.address : null
  const isUnknown = fact.certainty === 'not-checked-yet'
  const isAsChosen = via === null && !view.isSwapped && !isQuestioned && !isUnknown
  return (
    <>
      <RecipientCard
        {...{ name, address, via, isQuestioned }}
        {...{ isViaMarked: via !== null, isAddressMarked: view.isSwapped }}
        path={<Path view={view} to={who} tone={isUnknown ? '' : isAsChosen ? 'ok' : 'warn'} />}
        to={who && <Trans>to {who}</Trans>}
        subject={subject || t`(no subject)`}
      >
        <p className={`row items-start! ${isAsChosen ? 'text-ok' : isUnknown ? 'text-ink-2' : 'text-warn'}`}>
          <Icon name={isAsChosen ? 'check' : isUnknown ? 'clock' : 'alert'} size="sm" className="mt-1" />
          <span>{fact.sentence}</span>
        </p>
      </RecipientCard>
      <PolicyNote {...{ view, onChannel }} />
      <Recommendation {...{ view, onChannel }} />
      <SeenFacts view={view} />
      <Measured linkId={view.linkId} identityId={view.identityId} />
    </>
  )
}

interface PathProps {
  readonly view: RecipientView
  readonly to: string | null
  /** Empty: not known yet. */
  readonly tone: 'ok' | 'warn' | ''
}

/** You, what carries it, and who gets it: a line through rings. */
const Path = ({ view, to, tone }: PathProps) => (
  <div className="thread" aria-hidden="true">
    <Avatar name={view.from.name} size="sm" isYou />
    <span className="seg-l" />
    <ChannelGlyph kind={view.channel} />
    <span className={`seg-l ${tone}`} />
    {to ? <Avatar name={to} size="sm" /> : <span className="av sm">?</span>}
  </div>
)

function SeenFacts({ view }: { readonly view: RecipientView }) {
  const { t } = useLingui()
  const { mailedBy, signedBy, replies, sentCopy, bounces } = view
  const unknown = t`Not checked yet`
  return (
    <Facts>
      <Fact name={<Trans>Signed as you</Trans>} note={view.authentication.sentence}>
        <AuthenticationTicks {...view.authentication} />
      </Fact>
      <Fact name={<Trans>Mailed by</Trans>} note={mailedBy.sentence}>
        {mailedBy.value ?? unknown}
      </Fact>
      <Fact name={<Trans>Signed by</Trans>} note={signedBy.sentence}>
        {signedBy.value ?? unknown}
      </Fact>
      <Fact name={<Trans>A reply goes to</Trans>} note={replies.sentence}>
        <span className="break-all">{replies.value.address}</span>
      </Fact>
      <Fact name={<Trans>Sent copy</Trans>} note={sentCopy.sentence}>
        <YesNo value={sentCopy.value} yes={t`In your mailbox`} no={t`Not in your mailbox`} />
      </Fact>
      <Fact name={<Trans>Bounces</Trans>} note={bounces.sentence}>
        <BouncesSeen value={bounces.value} />
      </Fact>
      <Fact name={<Trans>Leaves</Trans>}>{view.eta.sentence}</Fact>
      {view.quota && (
        <Fact name={<Trans>Left today</Trans>}>
          <LeftToday quota={view.quota} />
        </Fact>
      )}
    </Facts>
  )
}

function LeftToday({ quota }: { readonly quota: NonNullable<RecipientView['quota']> }) {
  const { i18n } = useLingui()
  const [left, limit] = [quota.left, quota.limit].map(each => i18n.number(each))
  return quota.counts === 'messages' ? (
    <Trans>
      {left} of {limit} emails
    </Trans>
  ) : (
    <Trans>
      {left} of {limit} recipients
    </Trans>
  )
}

interface YesNoProps {
  readonly value: boolean | null
  readonly yes: string
  readonly no: string
}

const YesNo = ({ value, yes, no }: YesNoProps) => {
  if (value === null) return <Trans>Not checked yet</Trans>
  return <Tick is={value ? 'ok' : 'warn'}>{value ? yes : no}</Tick>
}

function BouncesSeen({ value }: { readonly value: RecipientView['bounces']['value'] }) {
  if (value === null) return <Trans>Not checked yet</Trans>
  const on = { 'return-path': 3, mailbox: 2, unseen: 0 } as const
  return (
    <span className="row">
      <ThreeSteps on={on[value]} />
      <b className="font-medium">
        {value === 'return-path' && <Trans>Every bounce</Trans>}
        {value === 'mailbox' && <Trans>Most bounces</Trans>}
        {value === 'unseen' && <Trans>Not seen</Trans>}
      </b>
    </span>
  )
}

/** Below 640 px: the card in one line under From; leads to it. */
export function RailStrip({ view }: Pick<RailProps, 'view'>) {
  const { data } = view
  if (!data) return null
  const { via, address } = data.gmail.value
  const isUnknown = data.gmail.certainty === 'not-checked-yet'
  const isAsChosen = via === null && !data.isSwapped && !isUnknown
  return (
    <a className="strip only-s row no-underline!" href="#recipients-see">
      <Icon name={isAsChosen ? 'check' : 'alert'} className={isAsChosen ? 'text-ok' : 'text-warn'} />
      <span className="grow min-w-0">
        <b className="block truncate">
          {isAsChosen && <Trans>Sent exactly as {address}</Trans>}
          {data.isSwapped && <Trans>Shown as {address}</Trans>}
          {isUnknown && !data.isSwapped && <Trans>Not checked yet</Trans>}
          {via !== null && !data.isSwapped && <Trans>Shown with “via {via}”</Trans>}
        </b>
        <span className="meta block truncate">{data.eta.sentence}</span>
      </span>
      <Icon name="chevron-right" />
    </a>
  )
}
