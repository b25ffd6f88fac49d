import { limits } from '@fairlead/contract'
import { useLingui } from '@lingui/react/macro'

/** What a new password needs, said before the server has to. */
export function usePasswordRule(): { required: string; minLength: { value: number; message: string } } {
  const { t } = useLingui()
  const least = limits.passwordLeastCharacters
  const message = t`Use ${least} characters or more.`
  return { required: t`Choose a password.`, minLength: { value: least, message } }
}
