import { limits } from '@fairlead/contract'
import { Plural, Trans } from '@lingui/react/macro'
import type { FieldValues } from 'react-hook-form'
import { TextField, type TextFieldProps } from './text-field.tsx'

/** A new password, with its length as it grows: length is what counts. */
export function PasswordField<Values extends FieldValues>(props: TextFieldProps<Values>) {
  const length = [...String(props.form.watch(props.name) ?? '')].length
  const least = limits.passwordLeastCharacters
  return (
    <TextField
      type="password"
      autoComplete="new-password"
      hint={
        length === 0 ? (
          <Trans>{least} characters or more; symbols are optional.</Trans>
        ) : (
          <>
            <Plural value={length} one="# character." other="# characters." />{' '}
            <Trans>{least} or more is enough, symbols are optional.</Trans>
          </>
        )
      }
      {...props}
    />
  )
}
