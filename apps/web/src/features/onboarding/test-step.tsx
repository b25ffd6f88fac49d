import type { Email } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { Step, type StepIs } from '../../ui/line.tsx'

interface TestStepProps {
  readonly kind: 'good' | 'bad'
  readonly to: string
  /** Undefined: not sent yet. */
  readonly id: string | undefined
  readonly email: Email | undefined
}

/** Whether it is known what became of the email. */
export const hasSettled = (email: Email | undefined): boolean =>
  email !== undefined && email.deliveries.length > 0 && email.deliveries.every(({ settledAt }) => settledAt)

/** One of the two test emails on the line. A caught bounce is what was wanted, and looks like it. */
export function TestStep({ kind, to, id, email }: TestStepProps) {
  const { i18n } = useLingui()
  const settledAt = email?.deliveries[0]?.settledAt
  const seconds = email && settledAt ? (Date.parse(settledAt) - Date.parse(email.createdAt)) / 1_000 : null
  return (
    <Step
      is={stepOf({ kind, id, email })}
      title={<StepTitle {...{ kind, to, id, email }} />}
      time={
        seconds !== null && (
          <Trans>{i18n.number(Math.max(0.1, seconds), { maximumFractionDigits: 1 })} s</Trans>
        )
      }
    >
      <p className="meta">
        <WhatHappened {...{ to, id, email }} />
      </p>
    </Step>
  )
}

function WhatHappened({ to, id, email }: Omit<TestStepProps, 'kind'>) {
  const delivery = email?.deliveries[0]
  if (!id) return to
  if (!delivery?.settledAt) return <Trans>On its way to {to}</Trans>
  const host = delivery.attempts.at(-1)?.host
  if (hasArrived(email) && host)
    return (
      <Trans>
        {host} took it for {to}.
      </Trans>
    )
  return delivery.sentence
}

const hasArrived = (email: Email | undefined): boolean =>
  email?.deliveries.some(({ state }) => state === 'delivered' || state === 'accepted') === true

function stepOf({ kind, id, email }: Omit<TestStepProps, 'to'>): StepIs {
  if (!hasSettled(email)) return id ? 'now' : 'next'
  if (hasArrived(email)) return kind === 'good' ? 'done' : 'warn'
  return kind === 'bad' ? 'done' : 'bad'
}

function StepTitle({ kind, id, email }: TestStepProps) {
  if (hasSettled(email)) {
    if (hasArrived(email)) return <Trans>Delivered</Trans>
    return kind === 'bad' ? <Trans>Bounce caught</Trans> : <Trans>Not delivered</Trans>
  }
  if (id) return <Trans>Sending</Trans>
  return kind === 'good' ? <Trans>One that arrives</Trans> : <Trans>One that bounces</Trans>
}
