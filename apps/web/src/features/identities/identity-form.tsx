import type { Identity } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useMember } from '../../api/session.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'

interface IdentityFormProps {
  /** Null: a new one. */
  readonly identity: Identity | null
  readonly onClose: () => void
}

/** Name and address of a new identity or one that is there. Another address has to be verified again. */
export function IdentityForm({ identity, onClose }: IdentityFormProps) {
  const { t } = useLingui()
  const formId = useId()
  const { member } = useMember()
  const client = useQueryClient()
  const form = useForm({
    defaultValues: { name: identity?.name ?? member.name, address: identity?.address ?? '' },
  })
  const { submit, failure } = useSubmit(form, async values => {
    const saved = identity
      ? await api.identities.update({ id: identity.id, ...values })
      : await api.identities.create(values)
    await client.invalidateQueries({ queryKey: keys.identities })
    toast({
      text: saved.verifiedAt
        ? t`${saved.address} is saved.`
        : t`Saved. It can send once the link we sent to ${saved.address} is used.`,
    })
    onClose()
  })
  const isMoved = identity !== null && form.watch('address').trim() !== identity.address
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={identity ? <Trans>Edit identity</Trans> : <Trans>Add identity</Trans>}
      actions={
        <>
          <Button type="submit" form={formId} look="primary" isBusy={form.formState.isSubmitting}>
            {identity ? <Trans>Save</Trans> : <Trans>Add and send the link</Trans>}
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <form id={formId} className="col gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'name' as const, label: t`Name that recipients see`, autoComplete: 'name' }}
          rules={{ required: t`Enter a name.` }}
        />
        <TextField
          {...{ form, name: 'address' as const, label: t`Address`, type: 'email', autoComplete: 'off' }}
          hint={isMoved && t`The new address has to be verified before it can send.`}
          rules={{ required: t`Enter an address.` }}
        />
      </form>
    </Dialog>
  )
}
