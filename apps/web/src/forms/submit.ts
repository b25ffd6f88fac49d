import { type FormEvent, useState } from 'react'
import type { FieldValues, UseFormReturn } from 'react-hook-form'
import { ApiError } from '../api/api-error.ts'
import { problemSentence } from '../api/problem-sentence.ts'

/** Fields that a refusal speaks of without naming them. */
const fieldOf: Readonly<Partial<Record<ApiError['code'], string>>> = {
  'email.address-invalid': 'address',
  'password.too-short': 'password',
  'password.too-long': 'password',
}

/**
 * Sends a form. A refusal goes to the field it is about and the focus with it; one about none of them is `failure`.
 * A second press while the first runs does nothing.
 */
export function useSubmit<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  send: (values: Values) => Promise<void>,
): { readonly submit: (event: FormEvent) => void; readonly failure: string | null } {
  const [failure, setFailure] = useState<string | null>(null)
  const run = form.handleSubmit(async values => {
    setFailure(null)
    try {
      await send(values)
    } catch (error) {
      const message = problemSentence(error)
      const field = Object.keys(values).find(name => name === fieldNamed(error))
      if (field === undefined) setFailure(message)
      // The names of a form's values are its fields.
      else form.setError(field as Parameters<typeof form.setError>[0], { message }, { shouldFocus: true })
    }
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!form.formState.isSubmitting) void run(event)
  }
  return { submit, failure }
}

function fieldNamed(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const named = error.body?.params.field
  return fieldOf[error.code] ?? (typeof named === 'string' ? named : undefined)
}
