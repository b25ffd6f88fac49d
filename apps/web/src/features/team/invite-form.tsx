import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { Button } from '../../ui/button.tsx'
import { Radio } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { invitationsKey } from './keys.ts'

interface Invited {
  readonly address: string
  readonly role: 'admin' | 'rep'
}

/** Mails a link that makes somebody a member. */
export function InviteForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLingui()
  const formId = useId()
  const client = useQueryClient()
  const form = useForm<Invited>({ defaultValues: { address: '', role: 'rep' } })
  const { submit, failure } = useSubmit(form, async invited => {
    const { address } = await api.invitations.create(invited)
    await client.invalidateQueries({ queryKey: invitationsKey })
    toast({ text: t`The invitation is on its way to ${address}.` })
    onClose()
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Invite a colleague</Trans>}
      actions={
        <>
          <Button type="submit" form={formId} look="primary" isBusy={form.formState.isSubmitting}>
            <Trans>Send invitation</Trans>
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
          {...{ form, name: 'address' as const, label: t`Email`, type: 'email', autoComplete: 'off' }}
          hint={t`The link in the mail works once and for 7 days.`}
          rules={{ required: t`Enter an address.` }}
        />
        <fieldset className="col gap-2">
          <legend className="lab mb-2">
            <Trans>Role</Trans>
          </legend>
          <Radio value="rep" hint={t`Writes, and sees their own mail.`} {...form.register('role')}>
            <Trans>Rep</Trans>
          </Radio>
          <Radio value="admin" hint={t`Also manages team and channels.`} {...form.register('role')}>
            <Trans>Admin</Trans>
          </Radio>
        </fieldset>
      </form>
    </Dialog>
  )
}
