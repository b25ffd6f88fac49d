import type { ReactNode } from 'react'
import type { FieldPath, FieldValues, RegisterOptions, UseFormReturn } from 'react-hook-form'
import { Field, Input } from '../ui/field.tsx'

export interface TextFieldProps<Values extends FieldValues> {
  readonly form: UseFormReturn<Values>
  readonly name: FieldPath<Values>
  readonly label: string
  readonly hint?: ReactNode
  readonly aside?: ReactNode
  readonly type?: string
  readonly autoComplete?: string
  readonly rules?: RegisterOptions<Values, FieldPath<Values>>
  readonly readOnly?: boolean
}

/** A line of a form: the field, and what is wrong with it. */
export function TextField<Values extends FieldValues>(props: TextFieldProps<Values>) {
  const { form, name, label, hint, aside, type = 'text', rules = {}, ...rest } = props
  const error = form.getFieldState(name, form.formState).error?.message
  return (
    <Field label={label} hint={hint} aside={aside} error={error}>
      <Input big type={type} {...rest} {...form.register(name, rules)} />
    </Field>
  )
}
