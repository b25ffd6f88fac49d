import type { Delivery, ThreadEmail } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { isProblem } from '../../api/api-error.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useLiveEvents, useLiveState } from '../../shell/live-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Avatar } from '../../ui/glyphs.tsx'
import { Note } from '../../ui/note.tsx'
import { Pill } from '../../ui/pill.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { CorrectAddress } from './correct-address.tsx'
import { DeliveryLine } from './delivery-line.tsx'
import { DeliveryVerdict } from './delivery-verdict.tsx'
import { EmailVerdict } from './email-verdict.tsx'
import { isUndelivered } from './folder-scope.ts'
import { stateTitles, undeliveredTitles } from './reason-titles.ts'
import { Replies } from './replies.tsx'
import { SendAgain } from './send-again.tsx'
import { SentEmail } from './sent-email.tsx'
import { threadQuery } from './thread-query.ts'

const pollMs = 10_000

// What scrolls must be reachable, or keys cannot scroll it.
const scrolledByKeys = { tabIndex: 0 } as const

interface DetailProps {
  /** The row: eml_… or dlv_…. */
  readonly id: string
  readonly threadId: string
  /** A dialog that a key asks for. */
  readonly asks: 'correct' | 'retry' | null
  readonly onAsked: (asks: 'correct' | 'retry' | null) => void
  readonly bar: (email: ThreadEmail | undefined) => ReactNode
}

/** One row opened: verdict, the line of the delivery, the email, what came back. */
export function Detail({ id, threadId, asks, onAsked, bar }: DetailProps) {
  const { t } = useMacro()
  const client = useQueryClient()
  const isLive = useLiveState() === 'live'
  const thread = useQuery({ ...threadQuery(threadId), refetchInterval: isLive ? false : pollMs })
  useLiveEvents(event => {
    if (event.threadId === threadId)
      void client.invalidateQueries({ queryKey: threadQuery(threadId).queryKey })
  })
  const email = thread.data?.emails.find(one => one.id === id || one.deliveries.some(each => each.id === id))
  const others = thread.data?.emails.filter(one => one !== email && !one.isDeleted) ?? []
  return (
    <>
      {bar(email)}
      <section className="det-s" {...scrolledByKeys} aria-label={t`Opened email`}>
        {thread.isPending && <DetailLoading />}
        {thread.error && !thread.data && (
          <DetailFailed error={thread.error} onRetry={() => void thread.refetch()} />
        )}
        {thread.data && !email && <Gone />}
        {email && <OpenEmail key={id} {...{ id, email, asks, onAsked }} />}
        {email && <Replies inbound={thread.data?.inbound ?? []} />}
        {others.map(one => (
          <OtherEmail key={one.id} email={one} />
        ))}
      </section>
    </>
  )
}

interface OpenEmailProps extends Pick<DetailProps, 'id' | 'asks' | 'onAsked'> {
  readonly email: ThreadEmail
}

function OpenEmail({ id, email, asks, onAsked }: OpenEmailProps) {
  const [wanted, setWanted] = useState<Delivery | null>(null)
  const shown = shownFirst(email, id)
  const target = wanted ?? shown.find(({ folder }) => isUndelivered(folder)) ?? null
  const ask = (what: 'correct' | 'retry', delivery: Delivery) => {
    setWanted(delivery)
    onAsked(what)
  }
  const close = () => {
    setWanted(null)
    onAsked(null)
  }
  return (
    <>
      <Head email={email} delivery={shown[0]} />
      <EmailVerdict email={email} />
      {shown.map((delivery, at) => (
        <OneDelivery
          key={delivery.id}
          {...{ email, delivery }}
          isAlone={shown.length === 1}
          isOpen={at === 0}
          onCorrect={() => ask('correct', delivery)}
          onSendAgain={() => ask('retry', delivery)}
        />
      ))}
      <SentEmail email={email} />
      {asks === 'correct' && target && <CorrectAddress delivery={target} onClose={close} />}
      {asks === 'retry' && target && <SendAgain deliveries={[target]} onClose={close} />}
    </>
  )
}

/** The row's own delivery first, then those that need somebody, then the others. */
function shownFirst(email: ThreadEmail, id: string): readonly Delivery[] {
  const rank = (delivery: Delivery) => (delivery.id === id ? 0 : isUndelivered(delivery.folder) ? 1 : 2)
  return email.deliveries.toSorted((a, b) => rank(a) - rank(b))
}

interface OneDeliveryProps {
  readonly email: ThreadEmail
  readonly delivery: Delivery
  readonly isAlone: boolean
  readonly isOpen: boolean
  readonly onCorrect: () => void
  readonly onSendAgain: () => void
}

function OneDelivery({ email, delivery, isAlone, isOpen, onCorrect, onSendAgain }: OneDeliveryProps) {
  const { _ } = useLingui()
  const isLeaving = ['queued', 'claimed', 'sending'].includes(delivery.state)
  const whole = (
    <div className="col gap-5">
      {!isLeaving && <DeliveryVerdict {...{ delivery, onCorrect, onSendAgain }} />}
      <DeliveryLine {...{ email, delivery }} />
    </div>
  )
  if (isAlone) return whole
  return (
    <details open={isOpen}>
      <summary className="row cursor-pointer">
        <b className="ell font-medium">{delivery.address}</b>
        <span className="push">
          <DeliveryPill delivery={delivery} />
        </span>
      </summary>
      <div className="pt-3">{whole}</div>
      <span className="sr">{_(stateTitles[delivery.state])}</span>
    </details>
  )
}

function DeliveryPill({
  delivery: { state, folder },
}: {
  readonly delivery: Pick<Delivery, 'state' | 'folder'>
}) {
  const { _ } = useLingui()
  if (folder === 'bounced' || folder === 'failed')
    return (
      <Pill tone="bad" icon={folder === 'bounced' ? 'bounced' : 'x'}>
        {_(undeliveredTitles[folder])}
      </Pill>
    )
  if (folder === 'spam' || folder === 'needs-a-look')
    return (
      <Pill tone="warn" icon={folder === 'spam' ? 'spam' : 'alert'}>
        {_(undeliveredTitles[folder])}
      </Pill>
    )
  return (
    <Pill tone={state === 'delivered' || state === 'accepted' ? 'ok' : 'neutral'}>
      {_(stateTitles[state])}
    </Pill>
  )
}

function Head({ email, delivery }: { readonly email: ThreadEmail; readonly delivery: Delivery | undefined }) {
  const { t } = useMacro()
  const { _ } = useLingui()
  const recipient = email.recipients.find(({ id }) => id === delivery?.recipientId) ?? email.recipients[0]
  const address = delivery?.address ?? recipient?.address ?? ''
  const who = recipient?.name || address || t`No recipient yet`
  return (
    <div>
      <h2 className="subj break-words">{email.subject || t`(no subject)`}</h2>
      <div className="who-h">
        <Avatar name={who} size="lg" />
        <div className="grow min-w-0">
          <b className="ell block">{who}</b>
          {address !== who && <div className="meta ell">{address}</div>}
        </div>
        {delivery ? <DeliveryPill delivery={delivery} /> : <Pill>{_(stateTitles[email.state])}</Pill>}
      </div>
    </div>
  )
}

/** Another email of the same conversation, folded. */
function OtherEmail({ email }: { readonly email: ThreadEmail }) {
  const { t } = useMacro()
  return (
    <details>
      <summary className="cursor-pointer">
        <span className="meta">
          <Trans>Also in this conversation:</Trans>
        </span>{' '}
        {email.subject || t`(no subject)`}
      </summary>
      <div className="pt-3">
        <SentEmail email={email} />
      </div>
    </details>
  )
}

function DetailLoading() {
  const { t } = useMacro()
  return (
    <div className="col gap-3" role="status" aria-label={t`Loading the email`}>
      {[70, 45, 90, 80, 60].map(width => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  )
}

const Gone = () => (
  <Empty rope="parted" title={<Trans>It is not here any more</Trans>}>
    <Trans>This email was deleted, or is not yours.</Trans>
  </Empty>
)

function DetailFailed({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  if (isProblem(error, 'not-found')) return <Gone />
  return (
    <Note
      tone="bad"
      action={
        <Button size="sm" onClick={onRetry}>
          <Trans>Try again</Trans>
        </Button>
      }
    >
      {problemSentence(error)}
    </Note>
  )
}
