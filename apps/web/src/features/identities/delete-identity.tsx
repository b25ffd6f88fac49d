import type { Identity } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isProblem } from '../../api/api-error.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'

interface DeleteIdentityProps {
  readonly identity: Identity
  readonly onClose: () => void
}

/** Asks before it deletes; where mail of the identity waits, asks what becomes of that. */
export function DeleteIdentity({ identity, onClose }: DeleteIdentityProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const { address } = identity
  const remove = useMutation({
    mutationFn: (waiting?: 'keep' | 'cancel') =>
      api.identities.delete({ params: { id: identity.id }, query: waiting ? { waiting } : {} }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.identities })
      toast({ text: t`${address} is deleted.` })
      onClose()
    },
  })
  const asks = isProblem(remove.error, 'identity.has-waiting') ? remove.error : null
  const { scheduled = 0, queued = 0 } = asks?.body?.params ?? {}
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Delete {address}?</Trans>}
      actions={
        <>
          {asks ? (
            <>
              <Button isBusy={remove.isPending} onClick={() => remove.mutate('keep')}>
                <Trans>Delete, still send them</Trans>
              </Button>
              <Button look="danger" isBusy={remove.isPending} onClick={() => remove.mutate('cancel')}>
                <Trans>Delete and take them back</Trans>
              </Button>
            </>
          ) : (
            <Button look="danger-filled" isBusy={remove.isPending} onClick={() => remove.mutate(undefined)}>
              <Trans>Delete</Trans>
            </Button>
          )}
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      {asks ? (
        <p>
          <Trans>
            Mail of this identity has not left yet: {String(scheduled)} scheduled, {String(queued)} in the
            queue.
          </Trans>
        </p>
      ) : (
        <p>
          <Trans>You can no longer send from it. What was sent stays in Conversations.</Trans>
        </p>
      )}
      {remove.error && !asks && <Note tone="bad">{problemSentence(remove.error)}</Note>}
    </Dialog>
  )
}
