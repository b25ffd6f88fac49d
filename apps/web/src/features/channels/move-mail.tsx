import type { Link } from '@fairlead/contract'
import { plural } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { OtherChannel } from './other-channel.tsx'

interface MoveMailProps {
  readonly link: Link
  /** Channels that can take the mail, best first. */
  readonly others: readonly Link[]
  readonly onClose: () => void
}

/** Moves what waits for a delivery channel to another one, and shows first what recipients will see then. */
export function MoveMail({ link, others, onClose }: MoveMailProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [toLinkId, setToLinkId] = useState(others[0]?.id ?? '')
  const { waiting } = link.health
  const move = useMutation({
    mutationFn: () => api.links.move({ id: link.id, toLinkId }),
    onSuccess: async ({ moved, scheduled, leftCount }) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.links }),
        client.invalidateQueries({ queryKey: keys.conversations }),
      ])
      const count = moved + scheduled
      const said = plural(count, { one: '# email moved.', other: '# emails moved.' })
      const stays = plural(leftCount, { one: '# stays.', other: '# stay.' })
      toast({ text: leftCount > 0 ? `${said} ${stays}` : said })
      if (leftCount === 0) onClose()
    },
  })
  const left = move.data?.left[0]
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Move waiting mail</Trans>}
      actions={
        <>
          <Button look="primary" isBusy={move.isPending} onClick={() => move.mutate()}>
            <Trans>Move it</Trans>
          </Button>
          <Button onClick={onClose}>{left ? t`Close` : t`Cancel`}</Button>
        </>
      }
    >
      <p className="mb-3">
        <Plural
          value={waiting}
          one="# email waits for this delivery channel. It takes another one and leaves at once."
          other="# emails wait for this delivery channel. They take another one and leave at once."
        />
      </p>
      <OtherChannel {...{ others, value: toLinkId, onChange: setToLinkId }} />
      {move.error && <Note tone="bad">{problemSentence(move.error)}</Note>}
      {left && (
        <Note tone="warn">
          <Trans>Some stay where they are: {left.problem.detail}</Trans>
        </Note>
      )}
    </Dialog>
  )
}
