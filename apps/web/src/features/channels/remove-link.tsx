import type { Link } from '@fairlead/contract'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { isProblem } from '../../api/api-error.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Radio } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { OtherChannel } from './other-channel.tsx'

type Waiting = 'move' | 'stays' | 'to-drafts'

interface RemoveLinkProps {
  readonly link: Link
  readonly others: readonly Link[]
  readonly onClose: () => void
  readonly onRemoved: () => void
}

/** Asks before it removes; where mail waits, asks what becomes of that. Nothing is ever lost by it. */
export function RemoveLink({ link, others, onClose, onRemoved }: RemoveLinkProps) {
  const { t } = useLingui()
  const { name } = link
  const client = useQueryClient()
  const [waiting, setWaiting] = useState<Waiting>(others.length > 0 ? 'move' : 'stays')
  const [toLinkId, setToLinkId] = useState(others[0]?.id ?? '')
  const remove = useMutation({
    mutationFn: (chosen: Waiting | null) =>
      api.links.remove({
        params: { id: link.id },
        query: chosen === null ? {} : { waiting: chosen, ...(chosen === 'move' && { toLinkId }) },
      }),
    onSuccess: async () => {
      await Promise.all(
        [keys.links, keys.identities, keys.conversations].map(queryKey =>
          client.invalidateQueries({ queryKey }),
        ),
      )
      toast({ text: t`${name} is removed.` })
      onRemoved()
    },
  })
  const asked = isProblem(remove.error, 'link.has-waiting') ? remove.error : null
  const count = Number(asked?.body?.params.count ?? link.health.waiting)
  const asks = asked !== null || link.health.waiting > 0
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Remove {name}?</Trans>}
      actions={
        <>
          <Button
            look="danger-filled"
            isBusy={remove.isPending}
            onClick={() => remove.mutate(asks ? waiting : null)}
          >
            <Trans>Remove</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          Its password or grant is deleted. Identities that used it go back to the managed servers.
        </Trans>
      </p>
      {asks && (
        <fieldset className="col gap-3">
          <legend className="mb-2 font-medium">
            <Plural
              value={count}
              one="# recipient’s mail waits for it. What becomes of it?"
              other="Mail of # recipients waits for it. What becomes of it?"
            />
          </legend>
          {others.length > 0 && (
            <Choice {...{ value: 'move', chosen: waiting, onChoose: setWaiting }}>
              <Trans>It takes another delivery channel</Trans>
            </Choice>
          )}
          {waiting === 'move' && others.length > 0 && (
            <OtherChannel {...{ others, value: toLinkId, onChange: setToLinkId }} />
          )}
          <Choice {...{ value: 'stays', chosen: waiting, onChoose: setWaiting }}>
            <Trans>It waits; I move it later</Trans>
          </Choice>
          <Choice {...{ value: 'to-drafts', chosen: waiting, onChoose: setWaiting }}>
            <Trans>It goes back to Drafts</Trans>
          </Choice>
        </fieldset>
      )}
      {remove.error && !asked && <Note tone="bad">{problemSentence(remove.error)}</Note>}
    </Dialog>
  )
}

interface ChoiceProps {
  readonly value: Waiting
  readonly chosen: Waiting
  readonly onChoose: (value: Waiting) => void
  readonly children: React.ReactNode
}

const Choice = ({ value, chosen, onChoose, children }: ChoiceProps) => (
  <Radio name="waiting" value={value} checked={value === chosen} onChange={() => onChoose(value)}>
    {children}
  </Radio>
)
