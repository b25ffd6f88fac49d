import type { Delivery } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { type ReactNode, useId } from 'react'
import { useShownTime } from '../../i18n/shown-time.ts'
import { Button } from '../../ui/button.tsx'
import { Verdict, VerdictAction } from '../../ui/verdict.tsx'
import { isUndelivered } from './folder-scope.ts'
import { needsAnotherAddress, reasonTitles, stateTitles } from './reason-titles.ts'
import { useEmailActs } from './use-row-acts.tsx'

interface DeliveryVerdictProps {
  readonly delivery: Delivery
  readonly onCorrect: () => void
  readonly onSendAgain: () => void
}

/** What became of one delivery, and all that can be done about it; what cannot help says why. */
export function DeliveryVerdict(props: DeliveryVerdictProps) {
  const { _ } = useLingui()
  const { delivery } = props
  const { state, reason, folder, next, supersededBy } = delivery
  if (!isUndelivered(folder)) {
    const tone = state === 'delivered' || state === 'accepted' ? 'ok' : 'warn'
    return (
      <Verdict tone={tone} title={delivery.sentence.replace(/\.$/, '')}>
        {next}
      </Verdict>
    )
  }
  if (supersededBy !== null) {
    return (
      <Verdict tone="warn" title={<Trans>Sent to a corrected address</Trans>}>
        <Trans>This delivery keeps what happened to it. The new one is below or in its folder.</Trans>
      </Verdict>
    )
  }
  return (
    <Verdict
      tone={state === 'uncertain' || state === 'complained' ? 'warn' : 'bad'}
      title={_(reason ? reasonTitles[reason.code] : stateTitles[state])}
      actions={<FailedActs {...props} />}
    >
      {reason?.sentence} {state === 'uncertain' && <WhatIsKnown delivery={delivery} />}
      {state === 'uncertain' || state === 'complained' ? next : <Trans>Fairlead has stopped trying.</Trans>}
    </Verdict>
  )
}

function FailedActs(props: DeliveryVerdictProps) {
  const { delivery } = props
  const { act, isBusy } = useEmailActs()
  if (delivery.state === 'complained')
    return <RetryOff because={<Trans>They marked it as spam, so nothing is sent to them again.</Trans>} />
  if (delivery.state === 'suppressed')
    return (
      <>
        <RetryOff because={<Trans>The address is suppressed in this workspace.</Trans>} />
        {delivery.isSuppressed && <Lift delivery={delivery} />}
      </>
    )
  if (delivery.state === 'uncertain') {
    return (
      <>
        <VerdictAction
          icon="check"
          title={<Trans>It arrived</Trans>}
          because={<Trans>They told you. It moves to Delivered, and nothing is sent again.</Trans>}
          button={
            <Button
              size="sm"
              look="primary"
              isBusy={isBusy}
              onClick={() => act({ kind: 'arrived', id: delivery.id })}
            >
              <Trans>It arrived</Trans>
            </Button>
          }
        />
        <VerdictAction
          icon="refresh"
          title={<Trans>Send again</Trans>}
          because={
            <Trans>
              The same message with the same Message-ID: many servers then hide the second copy, others show
              both.
            </Trans>
          }
          button={
            <Button size="sm" onClick={props.onSendAgain}>
              <Trans>Send again</Trans>
            </Button>
          }
        />
      </>
    )
  }
  return <RefusedActs {...props} />
}

function RefusedActs({ delivery, onCorrect, onSendAgain }: DeliveryVerdictProps) {
  const isDead = needsAnotherAddress(delivery.reason)
  const isOfAddress = delivery.reason?.fault === 'recipient'
  return (
    <>
      {isDead && <Correct isFirst onCorrect={onCorrect} />}
      {isDead ? (
        <RetryOff because={<Trans>Would fail the same way. The address is wrong on every channel.</Trans>} />
      ) : (
        <VerdictAction
          icon="refresh"
          title={<Trans>Retry</Trans>}
          because={<RetryHint advice={delivery.reason?.fault} />}
          button={
            <Button size="sm" look="primary" onClick={onSendAgain}>
              <Trans>Retry</Trans>
            </Button>
          }
        />
      )}
      {!isDead && <Correct isFirst={false} onCorrect={onCorrect} />}
      {delivery.isSuppressed ? <Lift delivery={delivery} /> : isOfAddress && <Suppress delivery={delivery} />}
    </>
  )
}

function Suppress({ delivery: { id } }: Pick<DeliveryVerdictProps, 'delivery'>) {
  const { act, isBusy } = useEmailActs()
  return (
    <VerdictAction
      icon="ban"
      title={<Trans>Suppress this address</Trans>}
      because={<Trans>Nobody in your workspace sends to it again.</Trans>}
      button={
        <Button size="sm" look="danger" isBusy={isBusy} onClick={() => act({ kind: 'suppress', id })}>
          <Trans>Suppress</Trans>
        </Button>
      }
    />
  )
}

function Lift({ delivery: { id } }: Pick<DeliveryVerdictProps, 'delivery'>) {
  const { act, isBusy } = useEmailActs()
  return (
    <VerdictAction
      icon="ban"
      title={<Trans>This address is suppressed</Trans>}
      because={<Trans>Nobody in your workspace can send to it.</Trans>}
      button={
        <Button size="sm" isBusy={isBusy} onClick={() => act({ kind: 'lift', id })}>
          <Trans>Lift</Trans>
        </Button>
      }
    />
  )
}

function RetryHint({ advice }: { readonly advice: string | undefined }): ReactNode {
  if (advice === 'link') return <Trans>Once the delivery channel works, or by another one.</Trans>
  if (advice === 'identity') return <Trans>Once the identity is verified, or by another channel.</Trans>
  return <Trans>Sends the same email to the same address once more.</Trans>
}

const Correct = ({ isFirst, onCorrect }: { readonly isFirst: boolean; readonly onCorrect: () => void }) => (
  <VerdictAction
    icon="pen"
    title={<Trans>Correct the address</Trans>}
    because={<Trans>The same email goes to the right address.</Trans>}
    button={
      <Button size="sm" {...(isFirst && { look: 'primary' as const })} onClick={onCorrect}>
        <Trans>Correct</Trans>
      </Button>
    }
  />
)

function RetryOff({ because }: { readonly because: ReactNode }) {
  const { t } = useMacro()
  const reasonId = useId()
  return (
    <VerdictAction
      icon="refresh"
      title={<Trans>Retry</Trans>}
      isOff
      because={because}
      reasonId={reasonId}
      button={
        <Button size="sm" disabledBecause={because} reasonId={reasonId}>
          {t`Retry`}
        </Button>
      }
    />
  )
}

/** The evidence: who had the message when the answer was lost, and that nothing has come back since. */
function WhatIsKnown({ delivery: { attempts } }: { readonly delivery: Delivery }) {
  const { moment } = useShownTime()
  const cut = attempts.findLast(({ outcome }) => outcome === 'uncertain')
  const host = cut?.host
  const at = cut && moment(new Date(cut.answeredAt ?? cut.startedAt))
  return host ? (
    <Trans>
      {host} was given the whole message at {at} and did not answer; no bounce has come since.
    </Trans>
  ) : null
}
