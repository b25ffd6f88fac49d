import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { problemSentence } from '../api/problem-sentence.ts'
import { resume } from '../api/session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, Input } from '../ui/field.tsx'

/** The session has ended under an open page: asks for the password over it, so that nothing typed is lost. */
export function SignInAgain({ address }: { readonly address: string }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [error, setError] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const signIn = async (form: FormData) => {
    setIsBusy(true)
    try {
      await resume(client, await api.session.create({ address, password: String(form.get('password')) }))
    } catch (thrown) {
      setError(problemSentence(thrown))
    }
    setIsBusy(false)
  }
  return (
    <Dialog isOpen onClose={() => undefined} title={<Trans>Your session has ended</Trans>}>
      <form action={signIn} className="col gap-4">
        <p className="dim">
          <Trans>Sign in again as {address} to go on. What you typed is still here.</Trans>
        </p>
        <Field label={t`Password`} error={error}>
          <Input name="password" type="password" autoComplete="current-password" required big />
        </Field>
        <span className="row">
          <a className={buttonClass({ look: 'ghost' })} href="/sign-in">
            <Trans>Sign in as somebody else</Trans>
          </a>
          <Button type="submit" look="primary" className="push" isBusy={isBusy}>
            <Trans>Sign in</Trans>
          </Button>
        </span>
      </form>
    </Dialog>
  )
}
