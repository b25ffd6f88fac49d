import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { enter } from '../../api/session.ts'
import { PasswordField } from '../../forms/password-field.tsx'
import { usePasswordRule } from '../../forms/password-rule.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { useTitle } from '../../shell/title.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { DeadLink } from './dead-link.tsx'
import { LinkLoading } from './link-loading.tsx'

const route = getRouteApi('/entrance/invitation/$token')
type Shown = Awaited<ReturnType<typeof api.invitationLinks.show>>

/** Joins a workspace with the link from the mail; its button does, never the opening of the page. */
export function Invitation() {
  const { t } = useLingui()
  useTitle(t`Invitation`)
  const { token } = route.useParams()
  const shown = useQuery({
    queryKey: ['invitation-link', token],
    queryFn: ({ signal }) => api.invitationLinks.show({ token }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (shown.error) return <DeadLink error={shown.error} to="/sign-in" />
  if (!shown.data) return <LinkLoading />
  const { workspaceName, invitedBy, address, needs } = shown.data
  return (
    <section className="ob-f">
      <div>
        <h1>
          <Trans>Join {workspaceName}</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>
            {invitedBy} invited <b>{address}</b>.
          </Trans>
        </p>
      </div>
      {needs === 'sign-in' ? <SignInFirst /> : <Join token={token} needs={needs} />}
    </section>
  )
}

function SignInFirst() {
  const here = useRouterState({ select: ({ location }) => location.href })
  return (
    <>
      <p>
        <Trans>This address has an account already. Sign in with it, then join.</Trans>
      </p>
      <Link to="/sign-in" search={{ next: here }} className={buttonClass({ look: 'primary', size: 'lg' })}>
        <Trans>Sign in to join</Trans>
      </Link>
    </>
  )
}

function Join({
  token,
  needs,
}: {
  readonly token: string
  readonly needs: Exclude<Shown['needs'], 'sign-in'>
}) {
  const { t } = useLingui()
  const client = useQueryClient()
  const navigate = useNavigate()
  const rules = usePasswordRule()
  const isNew = needs === 'account'
  const form = useForm({ defaultValues: { name: '', password: '' } })
  const { submit, failure } = useSubmit(form, async account => {
    enter(client, await api.invitationLinks.accept(isNew ? { token, ...account } : { token }))
    await navigate({ to: '/' })
  })
  return (
    <form className="col gap-4" onSubmit={submit} noValidate>
      {failure && <Note tone="bad">{failure}</Note>}
      {isNew && (
        <>
          <TextField
            {...{ form, name: 'name' as const, label: t`Your name`, autoComplete: 'name' }}
            rules={{ required: t`Enter your name.` }}
          />
          <PasswordField form={form} name="password" label={t`Password`} rules={rules} />
        </>
      )}
      <Button type="submit" look="primary" size="lg" isBusy={form.formState.isSubmitting}>
        <Trans>Join</Trans>
      </Button>
    </form>
  )
}
