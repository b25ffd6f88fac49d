import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { isProblem } from '../../api/api-error.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { KeyCaps } from '../../keyboard/key-caps.tsx'
import { Button, SplitButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import type { DraftKeeper } from './draft-keeper.ts'
import { SchedulePopover } from './schedule-popover.tsx'
import type { WallTime } from './send-times.ts'

interface SendBarProps {
  readonly isBusy: boolean
  readonly isUnverified: boolean
  readonly isScheduling: boolean
  readonly onScheduling: (isScheduling: boolean) => void
  readonly onSend: () => void
  readonly onSchedule: (time: WallTime) => void
  readonly keeper: DraftKeeper
}

/** Send, Schedule, Delete. */
export function SendBar(props: SendBarProps) {
  const { isBusy, isUnverified, isScheduling, onScheduling, onSend, onSchedule, keeper } = props
  const { t } = useLingui()
  return (
    <div className="comp-f">
      <SplitButton>
        <Button
          {...{ look: 'primary', icon: 'send', isBusy, onClick: onSend }}
          {...(isUnverified && { disabledBecause: true, reasonId: 'cannot-send' })}
        >
          <Trans>Send</Trans>
          <span className="hide-s" aria-hidden="true">
            <KeyCaps keys="mod+enter" />
          </span>
        </Button>
        <SchedulePopover
          {...{ isOpen: isScheduling, onOpenChange: onScheduling, isBusy, onSchedule }}
          trigger={
            <Button
              {...{
                look: 'primary',
                icon: 'clock',
                label: t`Schedule`,
                title: t`Schedule, Ctrl Shift Enter`,
              }}
            />
          }
        />
      </SplitButton>
      {isUnverified && (
        <span className="meta" id="cannot-send">
          <Trans>This identity is not verified yet, so it cannot send. Choose another one under From.</Trans>
        </span>
      )}
      <span className="push">
        <DeleteDraft keeper={keeper} />
      </span>
    </div>
  )
}

function DeleteDraft({ keeper }: { readonly keeper: DraftKeeper }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const close = () => setIsAsking(false)
  const remove = async () => {
    const known = keeper.known()
    try {
      if (known !== null) await api.drafts.remove({ id: known.id })
    } catch (error) {
      if (!isProblem(error, 'not-found')) return void toast({ text: problemSentence(error) })
    }
    keeper.finish()
    await client.invalidateQueries({ queryKey: keys.conversations })
    await navigate({ to: '/' })
  }
  return (
    <>
      <Button look="ghost" icon="trash" label={t`Delete the draft`} onClick={() => setIsAsking(true)} />
      <Dialog
        {...{ isOpen: isAsking, onClose: close, title: <Trans>Delete this draft?</Trans> }}
        actions={
          <>
            <Button look="danger-filled" onClick={() => void remove()}>
              <Trans>Delete</Trans>
            </Button>
            <Button onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
          </>
        }
      >
        <Trans>Its text and attachments are gone for good.</Trans>
      </Dialog>
    </>
  )
}
