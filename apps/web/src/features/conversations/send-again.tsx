import type { Delivery } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Radio } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { useChannelNames } from './channel-names.ts'
import { useRetry } from './use-row-acts.tsx'

interface SendAgainProps {
  readonly deliveries: readonly Pick<Delivery, 'id' | 'linkId' | 'state' | 'address'>[]
  readonly onClose: () => void
  readonly onSent?: () => void
}

/** Asks by which channel to send again, and warns where the first one may have arrived. */
export function SendAgain({ deliveries, onClose, onSent }: SendAgainProps) {
  const { links } = useChannelNames()
  const first = deliveries[0]
  const [linkId, setLinkId] = useState(deliveries.length === 1 ? (first?.linkId ?? '') : '')
  const retry = useRetry()
  const usable = links.filter(({ state }) => state === 'ready')
  const send = () =>
    retry.mutate(
      { ids: deliveries.map(({ id }) => id), ...(linkId && { linkId }) },
      {
        onSuccess: () => {
          onSent?.()
          onClose()
        },
      },
    )
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Send again</Trans>}
      actions={
        <>
          <Button look="primary" isBusy={retry.isPending} onClick={send}>
            <Trans>Send again</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <div className="col gap-3">
        {deliveries.some(({ state }) => state === 'uncertain') && (
          <Note tone="warn">
            <Trans>It may have arrived already: then the person gets it twice.</Trans>
          </Note>
        )}
        {usable.length > 1 ? (
          <fieldset className="col gap-2">
            <legend className="lab mb-2">
              <Trans>Delivery channel</Trans>
            </legend>
            {deliveries.length > 1 && (
              <Radio name="link" checked={linkId === ''} onChange={() => setLinkId('')}>
                <Trans>The one each was sent with</Trans>
              </Radio>
            )}
            {usable.map(({ id, name }) => (
              <Radio key={id} name="link" checked={linkId === id} onChange={() => setLinkId(id)}>
                {name}
              </Radio>
            ))}
          </fieldset>
        ) : (
          <p>
            <Trans>The same email goes out once more, by the same delivery channel.</Trans>
          </p>
        )}
      </div>
    </Dialog>
  )
}
