import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { enter } from '../../api/session.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { useTitle } from '../../shell/title.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'

const route = getRouteApi('/entrance/sign-in')

/** Address and password; afterwards the page that was wanted. */
export function SignIn() {
  const { t } = useLingui()
  useTitle(t`Sign in`)
  const form = useForm({ defaultValues: { address: '', password: '' } })
  const client = useQueryClient()
  const router = useRouter()
  const { next = '/' } = route.useSearch()
  const { submit, failure } = useSubmit(form, async login => {
    enter(client, await api.session.create(login))
    router.history.push(next)
  })
  return (
    <section className="ob-f">
      <h1>
        <Trans>Sign in</Trans>
      </h1>
      <form className="col gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'address' as const, label: t`Email`, type: 'email', autoComplete: 'username' }}
          rules={{ required: t`Enter your email address.` }}
        />
        <TextField
          {...{ form, name: 'password' as const, label: t`Password`, type: 'password' }}
          autoComplete="current-password"
          rules={{ required: t`Enter your password.` }}
          aside={
            <Link to="/forgotten-password" className="link text-meta">
              <Trans>Forgotten?</Trans>
            </Link>
          }
        />
        <Button type="submit" look="primary" size="lg" isBusy={form.formState.isSubmitting}>
          <Trans>Sign in</Trans>
        </Button>
      </form>
      <p className="meta">
        <Trans>No account yet? An admin of your workspace can invite you.</Trans>
      </p>
    </section>
  )
}
