import type { ThreadEmail } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { Button } from '../../ui/button.tsx'
import { Verdict, VerdictAction } from '../../ui/verdict.tsx'
import { stateTitles } from './reason-titles.ts'
import { useEmailActs } from './use-row-acts.tsx'

const leaving: readonly string[] = ['queued', 'claimed', 'sending']

/** What can be done to an email that has not left yet, or not to everybody. */
export function EmailVerdict({ email }: { readonly email: ThreadEmail }) {
  const { _, i18n } = useLingui()
  const { state, sendAt, heldReason } = email
  const waiting = email.deliveries.filter(delivery => leaving.includes(delivery.state))
  if (state === 'released') return waiting.length > 0 ? <OnItsWay email={email} /> : null
  const when =
    sendAt && i18n.date(new Date(sendAt), { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' })
  return (
    <Verdict tone="warn" title={_(stateTitles[state])} actions={<UnsentActs email={email} />}>
      {state === 'scheduled' && when && <Trans>It leaves {when}.</Trans>}
      {heldReason?.sentence}
      {state === 'draft' && <Trans>It is not sent yet.</Trans>}
      {state === 'cancelled' && <Trans>It was taken back before it left.</Trans>}
    </Verdict>
  )
}

function UnsentActs({ email: { id, state } }: { readonly email: ThreadEmail }) {
  const { act, isBusy, canCompose } = useEmailActs()
  const isWaiting = state === 'scheduled' || state === 'held'
  return (
    <>
      {canCompose && (
        <VerdictAction
          icon="pen"
          title={<Trans>Edit</Trans>}
          because={
            isWaiting ? (
              <Trans>It becomes a draft until you send it again.</Trans>
            ) : (
              <Trans>Go on writing.</Trans>
            )
          }
          button={
            <Button
              size="sm"
              look="primary"
              isBusy={isBusy}
              onClick={() => act({ kind: state === 'draft' ? 'open' : 'edit', id })}
            >
              <Trans>Edit</Trans>
            </Button>
          }
        />
      )}
      {isWaiting && (
        <VerdictAction
          icon="send"
          title={<Trans>Send now</Trans>}
          because={<Trans>It does not wait for its time.</Trans>}
          button={
            <Button size="sm" isBusy={isBusy} onClick={() => act({ kind: 'send-now', id })}>
              <Trans>Send now</Trans>
            </Button>
          }
        />
      )}
      {isWaiting && <CancelAct id={id} />}
    </>
  )
}

function CancelAct({ id }: { readonly id: string }) {
  const { act, isBusy } = useEmailActs()
  return (
    <VerdictAction
      icon="x"
      title={<Trans>Cancel</Trans>}
      because={<Trans>It stays in Drafts and does not leave.</Trans>}
      button={
        <Button size="sm" look="danger" isBusy={isBusy} onClick={() => act({ kind: 'cancel', id })}>
          <Trans>Cancel</Trans>
        </Button>
      }
    />
  )
}

const OnItsWay = ({ email }: { readonly email: ThreadEmail }) => (
  <Verdict tone="warn" title={<Trans>On its way</Trans>} actions={<CancelAct id={email.id} />}>
    {email.deliveries.find(({ state }) => leaving.includes(state))?.next}
  </Verdict>
)
