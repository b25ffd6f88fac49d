import { limits } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { type Session, useMember } from '../../api/session.ts'
import { PasswordField } from '../../forms/password-field.tsx'
import { usePasswordRule } from '../../forms/password-rule.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { areSingleKeysOn, turnSingleKeys } from '../../keyboard/commands.ts'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Segmented, Switch } from '../../ui/choice.tsx'
import { Card, Note } from '../../ui/note.tsx'
import { chooseTheme, useTheme } from '../../ui/theme.ts'
import { toast } from '../../ui/toast.tsx'
import { Sessions } from './sessions.tsx'

/** What a member can set for themselves: name, password, browsers, looks and keys. */
export function Account() {
  const { t } = useLingui()
  return (
    <>
      <SettingsHead title={t`Your account`}>
        <Trans>Your name as colleagues see it, your password, and how Fairlead looks in this browser.</Trans>
      </SettingsHead>
      <Name />
      <Password />
      <Sessions />
      <ThisBrowser />
    </>
  )
}

function Name() {
  const { t } = useLingui()
  const { member, user } = useMember()
  const client = useQueryClient()
  const form = useForm({ defaultValues: { name: member.name } })
  const rename = useMutation({ mutationFn: (name: string) => api.me.rename({ name }) })
  const { submit, failure } = useSubmit(form, async ({ name }) => {
    const who = await rename.mutateAsync(name)
    client.setQueryData<Session>(keys.session, { is: 'signed-in', ...who })
    toast({ text: t`Your name is changed.` })
  })
  return (
    <Card title={<Trans>Name</Trans>}>
      <form className="col max-w-md gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'name' as const, label: t`Your name`, autoComplete: 'name' }}
          hint={t`Identities keep their own names. You sign in as ${user.address}.`}
          rules={{
            required: t`Enter your name.`,
            maxLength: { value: limits.nameCharacters, message: t`This is too long.` },
          }}
        />
        <span>
          <Button type="submit" isBusy={form.formState.isSubmitting}>
            <Trans>Save name</Trans>
          </Button>
        </span>
      </form>
    </Card>
  )
}

function Password() {
  const { t } = useLingui()
  const rules = usePasswordRule()
  const form = useForm({ defaultValues: { currentPassword: '', newPassword: '' } })
  const { submit, failure } = useSubmit(form, async passwords => {
    await api.me.changePassword(passwords)
    form.reset()
    toast({ text: t`Your password is changed. Your other browsers are signed out.` })
  })
  return (
    <Card title={<Trans>Password</Trans>}>
      <form className="col max-w-md gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'currentPassword' as const, label: t`Current password`, type: 'password' }}
          autoComplete="current-password"
          rules={{ required: t`Enter your current password.` }}
        />
        <PasswordField form={form} name="newPassword" label={t`New password`} rules={rules} />
        <span>
          <Button type="submit" isBusy={form.formState.isSubmitting}>
            <Trans>Change password</Trans>
          </Button>
        </span>
      </form>
    </Card>
  )
}

function ThisBrowser() {
  const { t } = useLingui()
  const [areOn, setAreOn] = useState(areSingleKeysOn)
  const turn = (on: boolean) => {
    turnSingleKeys(on)
    setAreOn(on)
  }
  return (
    <Card title={<Trans>This browser</Trans>}>
      <div className="col items-start gap-4">
        <Segmented
          label={t`Theme`}
          value={useTheme()}
          onChange={chooseTheme}
          options={[
            { value: 'system', label: t`As the system` },
            { value: 'light', label: t`Light` },
            { value: 'dark', label: t`Dark` },
          ]}
        />
        <Switch
          checked={areOn}
          onChange={event => turn(event.target.checked)}
          hint={t`Such as C for compose. Keys with Ctrl always work.`}
        >
          <Trans>Single-key shortcuts</Trans>
        </Switch>
      </div>
    </Card>
  )
}
