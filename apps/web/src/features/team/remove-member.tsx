import type { Member } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'

interface RemoveMemberProps {
  readonly member: Member
  readonly onClose: () => void
}

/** Asks, with what becomes of the mail that waits. */
export function RemoveMember({ member, onClose }: RemoveMemberProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const { name } = member
  const waiting = member.waiting.scheduled + member.waiting.queued
  const remove = useMutation({
    mutationFn: () => api.members.remove({ id: member.id }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: member.isYou ? keys.session : keys.members })
      toast({ text: t`${name} is removed.` })
      onClose()
    },
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Remove {name}?</Trans>}
      actions={
        <>
          <Button look="danger-filled" isBusy={remove.isPending} onClick={() => remove.mutate()}>
            <Trans>Remove</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <div className="col gap-3">
        <p>
          <Trans>
            They are signed out at once and their API keys end. Nothing of theirs is deleted; a new invitation
            brings it back.
          </Trans>
        </p>
        {waiting > 0 && (
          <Note tone="warn">
            <Trans>
              Mail of theirs that waits is still sent: {member.waiting.scheduled} scheduled,{' '}
              {member.waiting.queued} in the queue.
            </Trans>
          </Note>
        )}
        {remove.error && <Note tone="bad">{problemSentence(remove.error)}</Note>}
      </div>
    </Dialog>
  )
}
