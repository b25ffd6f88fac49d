import type { Attempt, Delivery, ShownEvent, ThreadEmail } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { useMember } from '../../api/session.ts'
import { useShownTime } from '../../i18n/shown-time.ts'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { Line, Step, type StepIs, Wire } from '../../ui/line.tsx'
import { Code } from '../../ui/pill.tsx'
import { useChannelNames } from './channel-names.ts'
import { stateTitles } from './reason-titles.ts'

/** Facts that an attempt does not tell already. */
const toldEvents: Readonly<Record<string, { readonly is: StepIs; readonly title: MessageDescriptor }>> = {
  released: { is: 'ok', title: msg`Sent off` },
  bounced: { is: 'bad', title: msg`Came back` },
  complained: { is: 'bad', title: msg`Marked as spam` },
  delayed: { is: 'warn', title: msg`Their server is still trying` },
  retried: { is: 'ok', title: msg`Sent again by you` },
  superseded: { is: 'cut', title: msg`Replaced by a corrected address` },
  returned: { is: 'warn', title: msg`Put back: the delivery channel needs attention` },
  cancelled: { is: 'cut', title: msg`Cancelled` },
  gaveUp: { is: 'bad', title: msg`Given up` },
  suppressed: { is: 'bad', title: msg`Not sent` },
  lostTrack: { is: 'warn', title: msg`Lost track of the answer` },
  replied: { is: 'ok', title: msg`Answered` },
  autoReplied: { is: 'ok', title: msg`Their mailbox answered by itself` },
  delivered: { is: 'done', title: msg`Delivered` },
}

interface Told {
  readonly key: string
  readonly at: string
  readonly attempt?: Attempt
  readonly event?: ShownEvent
}

/** What happened to one delivery, ring by ring, with the words of the servers one click away. */
export function DeliveryLine({
  email,
  delivery,
}: {
  readonly email: ThreadEmail
  readonly delivery: Delivery
}) {
  const { t } = useMacro()
  const { names } = useChannelNames()
  const steps = stepsOf(email, delivery)
  return (
    <section aria-label={t`Delivery to ${delivery.address}`}>
      <div className="sec-h">
        <h3>
          <Trans>Delivery</Trans>
        </h3>
        <span className="meta push row gap1">
          <ChannelGlyph kind={delivery.channel} size="xs" /> {names.get(delivery.linkId)}
        </span>
      </div>
      <Line label={t`Delivery to ${delivery.address}`}>
        {steps.map(({ key, attempt, event }) =>
          attempt ? (
            <AttemptStep key={key} attempt={attempt} channel={delivery.channel} />
          ) : event ? (
            <EventStep key={key} event={event} />
          ) : null,
        )}
        <NextStep delivery={delivery} />
      </Line>
    </section>
  )
}

/** Attempts and the facts beside them, in the order in which they happened. */
function stepsOf(email: ThreadEmail, delivery: Delivery): readonly Told[] {
  const attempts = delivery.attempts.map(attempt => ({
    key: attempt.handoffId,
    at: attempt.startedAt,
    attempt,
  }))
  const hasArrived = delivery.attempts.some(({ outcome }) => outcome === 'delivered')
  const events = email.events
    .filter(({ kind, deliveryId, handoffId }) => {
      const isOurs = deliveryId === delivery.id || (deliveryId === null && kind === 'released')
      // What the server said at once is told by the attempt.
      const isTold = handoffId !== null && delivery.attempts.some(one => one.handoffId === handoffId)
      const isNews = !isTold || ['bounced', 'complained', 'delayed', 'replied', 'autoReplied'].includes(kind)
      return isOurs && kind in toldEvents && isNews && !(kind === 'delivered' && hasArrived)
    })
    .map(event => ({ key: event.id, at: event.occurredAt, event }))
  return [...events, ...attempts].sort((a, b) => a.at.localeCompare(b.at))
}

const outcomes = {
  accepted: { is: 'ok', title: msg`Accepted` },
  delivered: { is: 'done', title: msg`Delivered` },
  deferred: { is: 'warn', title: msg`Deferred` },
  refused: { is: 'bad', title: msg`Refused` },
  'link-broken': { is: 'bad', title: msg`The delivery channel did not work` },
  uncertain: { is: 'warn', title: msg`No answer came` },
  'not-sent': { is: 'cut', title: msg`Not sent` },
} as const satisfies Record<NonNullable<Attempt['outcome']>, { is: StepIs; title: MessageDescriptor }>

interface AttemptStepProps {
  readonly attempt: Attempt
  readonly channel: Delivery['channel']
}

function AttemptStep({ attempt, channel }: AttemptStepProps) {
  const { _ } = useLingui()
  const way = useWay(channel)
  const { t } = useMacro()
  const { moment } = useShownTime()
  const { outcome, reason, number } = attempt
  const { is, title } = outcome ? outcomes[outcome] : ({ is: 'now', title: msg`Being handed over` } as const)
  const said = _(title)
  const server = way(attempt)
  return (
    <Step
      is={is}
      title={number > 1 || outcome === 'deferred' ? t`Attempt ${number}: ${said}` : said}
      time={
        <time dateTime={attempt.startedAt}>{moment(new Date(attempt.answeredAt ?? attempt.startedAt))}</time>
      }
    >
      {reason && (
        <p className="dim">
          {reason.sentence} {reason.status && <Code>{reason.status}</Code>}
        </p>
      )}
      {server && !reason && <p className="meta break-words">{server}</p>}
      {attempt.reply && (
        <Wire
          label={<Trans>Server reply</Trans>}
          isOpen={outcome === 'refused'}
          lines={[
            ...(server ? [{ text: server, is: 'sent' as const }] : []),
            { text: attempt.reply, ...(outcome === 'refused' && { is: 'error' as const }) },
          ]}
        />
      )}
    </Step>
  )
}

/** Where a try went: a server with its encryption, or the interface of an account's provider. */
function useWay(channel: Delivery['channel']): (attempt: Attempt) => string {
  const { t } = useMacro()
  const { mode } = useMember()
  return ({ host, address, tls }) => {
    if (!host) return ''
    const isAccount = channel === 'gmail' || channel === 'microsoft'
    if (!isAccount)
      return [host, address !== host && address, tls ?? t`not encrypted`].filter(Boolean).join(', ')
    const to = channel === 'gmail' ? t`Handed to Gmail’s interface` : t`Handed to Microsoft’s interface`
    // In the sandbox every provider is simulated, on this machine.
    if (mode === 'sandbox') return t`${to}, simulated`
    return [to, host, tls ? t`HTTPS, ${tls}` : t`not encrypted`].join(', ')
  }
}

function EventStep({ event }: { readonly event: ShownEvent }) {
  const { _ } = useLingui()
  const { moment } = useShownTime()
  const known = toldEvents[event.kind]
  const said = wordsIn(event)
  if (!known) return null
  return (
    <Step
      is={known.is}
      title={_(known.title)}
      time={<time dateTime={event.occurredAt}>{moment(new Date(event.occurredAt))}</time>}
    >
      {said.length > 0 && <Wire label={<Trans>What came back</Trans>} lines={said} />}
    </Step>
  )
}

/** The verbatim reply that a fact carries, where it does. */
function wordsIn({ data }: ShownEvent): { text: string; is: 'error' }[] {
  const reason: unknown = data.reason
  const reply = typeof reason === 'object' && reason !== null && 'reply' in reason ? reason.reply : data.reply
  return typeof reply === 'string' && reply !== '' ? [{ text: reply, is: 'error' }] : []
}

/** What is still to come, where something is. */
function NextStep({ delivery }: { readonly delivery: Delivery }): ReactNode {
  const { _ } = useLingui()
  const { moment } = useShownTime()
  const { state, dueAt, eta, giveUpAt } = delivery
  if (!['queued', 'claimed', 'sending'].includes(state)) return null
  const at = eta?.at ?? dueAt
  const when = at && new Date(at).getTime() > Date.now() ? moment(new Date(at)) : null
  const end = giveUpAt && moment(new Date(giveUpAt))
  return (
    <Step
      is={state === 'queued' ? 'next' : 'now'}
      title={when ? <Trans>Next try</Trans> : _(stateTitles[state])}
      time={when}
    >
      <p className="meta">
        {eta?.waitsFor === 'link' && <Trans>It waits for its delivery channel.</Trans>}
        {(eta?.waitsFor === 'batch' || eta?.waitsFor === 'minute') && (
          <Trans>It waits for its turn at the pace of the channel.</Trans>
        )}
        {eta?.waitsFor === 'slowed' && <Trans>The far side asked this channel to slow down.</Trans>}
        {eta?.waitsFor === 'day' && <Trans>The channel has sent what it may in 24 hours.</Trans>}{' '}
        {end && <Trans>Fairlead gives up {end}.</Trans>}
      </p>
    </Step>
  )
}
