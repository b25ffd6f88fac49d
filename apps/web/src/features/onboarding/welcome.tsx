import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { enter } from '../../api/session.ts'
import { PasswordField } from '../../forms/password-field.tsx'
import { usePasswordRule } from '../../forms/password-rule.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { useTitle } from '../../shell/title.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { OnboardingSteps } from './steps.tsx'

interface Account {
  readonly workspaceName: string
  readonly name: string
  readonly address: string
  readonly password: string
}

/** The first visitor makes the workspace, and is its admin. */
export function Welcome() {
  const { t } = useLingui()
  useTitle(t`Create the first account`)
  const form = useForm<Account>({ mode: 'onTouched' })
  const client = useQueryClient()
  const navigate = useNavigate()
  const { submit, failure } = useSubmit(form, async account => {
    enter(client, await api.setup.create(account))
    await navigate({ to: '/welcome/channel', search: {} })
  })
  return (
    <section className="ob-f">
      <OnboardingSteps at="account" />
      <div>
        <h1>
          <Trans>Create the first account</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>You are the first person here, so you will be the administrator of this server.</Trans>
        </p>
      </div>
      <form className="col gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <AccountFields form={form} />
        <Button type="submit" look="primary" size="lg" isBusy={form.formState.isSubmitting}>
          <Trans>Create account</Trans>
        </Button>
      </form>
      <p className="meta row">
        <Icon name="server" size="sm" />
        <span>
          <Trans>Accounts and emails stay on this server, {window.location.host}.</Trans>
        </span>
      </p>
    </section>
  )
}

function AccountFields({ form }: { readonly form: ReturnType<typeof useForm<Account>> }) {
  const { t } = useLingui()
  const passwordRule = usePasswordRule()
  const needed = (what: string) => ({ required: what })
  return (
    <>
      <TextField
        form={form}
        name="name"
        label={t`Your name`}
        autoComplete="name"
        rules={needed(t`Enter your name.`)}
      />
      <TextField
        {...{ form, name: 'address' as const, label: t`Work email`, type: 'email', autoComplete: 'email' }}
        rules={needed(t`Enter your email address.`)}
      />
      <TextField
        {...{ form, name: 'workspaceName' as const, label: t`Company`, autoComplete: 'organization' }}
        hint={t`Names the workspace that your team will share.`}
        rules={needed(t`Enter the name of your company.`)}
      />
      <PasswordField form={form} name="password" label={t`Password`} rules={passwordRule} />
    </>
  )
}
