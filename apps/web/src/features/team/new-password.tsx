import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { PasswordField } from '../../forms/password-field.tsx'
import { usePasswordRule } from '../../forms/password-rule.ts'
import { useSubmit } from '../../forms/submit.ts'
import { useTitle } from '../../shell/title.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { DeadLink } from './dead-link.tsx'
import { LinkLoading } from './link-loading.tsx'

const route = getRouteApi('/entrance/password-reset/$token')

/** Sets the new password with the link from the mail. */
export function NewPassword() {
  const { t } = useLingui()
  useTitle(t`New password`)
  const { token } = route.useParams()
  const shown = useQuery({
    queryKey: ['password-reset', token],
    queryFn: ({ signal }) => api.passwordReset.show({ token }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (shown.error) return <DeadLink error={shown.error} to="/forgotten-password" />
  if (!shown.data) return <LinkLoading />
  return <NewPasswordForm token={token} address={shown.data.address} />
}

function NewPasswordForm({ token, address }: { readonly token: string; readonly address: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const client = useQueryClient()
  const rules = usePasswordRule()
  const form = useForm({ defaultValues: { password: '' } })
  const { submit, failure } = useSubmit(form, async ({ password }) => {
    await api.passwordReset.finish({ token, password })
    toast({ text: t`Your password is changed. Sign in with the new one.` })
    client.removeQueries({ queryKey: keys.session })
    await navigate({ to: '/sign-in', search: {} })
  })
  return (
    <section className="ob-f">
      <div>
        <h1>
          <Trans>Choose a new password</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>
            For <b>{address}</b>. All browsers that are signed in will have to sign in again.
          </Trans>
        </p>
      </div>
      <form className="col gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <input type="hidden" name="username" autoComplete="username" value={address} readOnly />
        <PasswordField form={form} name="password" label={t`New password`} rules={rules} />
        <Button type="submit" look="primary" size="lg" isBusy={form.formState.isSubmitting}>
          <Trans>Change password</Trans>
        </Button>
      </form>
    </section>
  )
}
