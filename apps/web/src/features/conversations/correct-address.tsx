import type { Delivery } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { removeRows } from './list-rows.ts'

interface CorrectAddressProps {
  readonly delivery: Delivery
  readonly onClose: () => void
}

/** Asks for the right address and sends the same email there; the old delivery keeps what happened to it. */
export function CorrectAddress({ delivery, onClose }: CorrectAddressProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const formId = useId()
  const form = useForm({ defaultValues: { correctedAddress: delivery.address } })
  const { submit, failure } = useSubmit(form, async ({ correctedAddress }) => {
    await api.deliveries.retry({ id: delivery.id, correctedAddress: correctedAddress.trim() })
    removeRows(client, [delivery.id])
    toast({ text: t`Sent to ${correctedAddress.trim()}.` })
    onClose()
    await client.invalidateQueries({ queryKey: keys.conversations })
  })
  const isSame = (value: string) =>
    value.trim().toLowerCase() !== delivery.address.toLowerCase() || t`This is the address that failed.`
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Correct the address</Trans>}
      actions={
        <>
          <Button look="primary" type="submit" form={formId} isBusy={form.formState.isSubmitting}>
            <Trans>Send to this address</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="col gap-3" noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          form={form}
          name="correctedAddress"
          type="email"
          label={t`Address`}
          hint={t`The same email goes to this person alone.`}
          rules={{ required: t`Enter the address.`, validate: isSame }}
        />
      </form>
    </Dialog>
  )
}
