import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { useTitle } from '../../shell/title.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'

/** Asks for the mail with the link. What it says is the same whether the address has an account or not. */
export function ForgottenPassword() {
  const { t } = useLingui()
  useTitle(t`Forgotten password`)
  const [askedFor, setAskedFor] = useState<string | null>(null)
  const form = useForm({ defaultValues: { address: '' } })
  const { submit, failure } = useSubmit(form, async ({ address }) => {
    await api.passwordReset.request({ address })
    setAskedFor(address)
  })
  return (
    <section className="ob-f">
      <div>
        <h1>
          <Trans>Choose a new password</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>We send you a link that works for an hour.</Trans>
        </p>
      </div>
      {askedFor && (
        <Note tone="ok">
          <Trans>
            If <b>{askedFor}</b> has an account, the link is on its way.
          </Trans>
        </Note>
      )}
      <form className="col gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'address' as const, label: t`Email`, type: 'email', autoComplete: 'username' }}
          rules={{ required: t`Enter your email address.` }}
        />
        <Button type="submit" look="primary" size="lg" isBusy={form.formState.isSubmitting}>
          {askedFor ? <Trans>Send it again</Trans> : <Trans>Send the link</Trans>}
        </Button>
      </form>
      <p>
        <Link to="/sign-in" search={{}}>
          <Trans>Back to sign in</Trans>
        </Link>
      </p>
    </section>
  )
}
