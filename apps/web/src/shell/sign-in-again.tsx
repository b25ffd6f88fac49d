import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { api } from '../api/client.ts'
import { resume } from '../api/session.ts'
import { useSubmit } from '../forms/submit.ts'
import { TextField } from '../forms/text-field.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Note } from '../ui/note.tsx'

/** The session has ended under an open page: asks for the password over it, so that nothing typed is lost. */
export function SignInAgain({ address }: { readonly address: string }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const form = useForm({ defaultValues: { password: '' } })
  const { submit, failure } = useSubmit(form, async ({ password }) => {
    await resume(client, await api.session.create({ address, password }))
  })
  return (
    <Dialog isOpen onClose={() => undefined} title={<Trans>Your session has ended</Trans>}>
      <form onSubmit={submit} className="col gap-4" noValidate>
        <p className="dim">
          <Trans>Sign in again as {address} to go on. What you typed is still here.</Trans>
        </p>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'password' as const, label: t`Password`, type: 'password' }}
          autoComplete="current-password"
          rules={{ required: t`Enter your password.` }}
        />
        <span className="row">
          <a className={buttonClass({ look: 'ghost' })} href="/sign-in">
            <Trans>Sign in as somebody else</Trans>
          </a>
          <Button type="submit" look="primary" className="push" isBusy={form.formState.isSubmitting}>
            <Trans>Sign in</Trans>
          </Button>
        </span>
      </form>
    </Dialog>
  )
}
