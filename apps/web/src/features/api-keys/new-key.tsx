import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useForm } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { useSubmit } from '../../forms/submit.ts'
import { TextField } from '../../forms/text-field.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { apiKeysKey } from './keys.ts'

/** Makes a key, and shows it this once. */
export function NewKey({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLingui()
  const formId = useId()
  const [key, setKey] = useState<string | null>(null)
  const client = useQueryClient()
  const form = useForm({ defaultValues: { name: '', days: '' } })
  const { submit, failure } = useSubmit(form, async ({ name, days }) => {
    const made = await api.apiKeys.create(days === '' ? { name } : { name, expiresInDays: Number(days) })
    setKey(made.key)
    await client.invalidateQueries({ queryKey: apiKeysKey })
  })
  if (key !== null) return <ShownKey value={key} onClose={onClose} />
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Create an API key</Trans>}
      actions={
        <>
          <Button type="submit" form={formId} look="primary" isBusy={form.formState.isSubmitting}>
            <Trans>Create</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <form id={formId} className="col gap-4" onSubmit={submit} noValidate>
        {failure && <Note tone="bad">{failure}</Note>}
        <TextField
          {...{ form, name: 'name' as const, label: t`Name`, autoComplete: 'off' }}
          hint={t`Such as the program that will use it.`}
          rules={{
            required: t`Enter a name.`,
            maxLength: { value: 100, message: t`This is too long.` },
          }}
        />
        <Field label={t`Works`}>
          <Select big {...form.register('days')}>
            <option value="">{t`until you revoke it`}</option>
            <option value="30">{t`for 30 days`}</option>
            <option value="365">{t`for a year`}</option>
          </Select>
        </Field>
      </form>
    </Dialog>
  )
}

function ShownKey({ value, onClose }: { readonly value: string; readonly onClose: () => void }) {
  const { t } = useLingui()
  // Without https or permission there is no clipboard: the key stands there selected then.
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => toast({ text: t`The key is copied.` }),
      () => toast({ text: t`Copy it from the field.` }),
    )
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Your new API key</Trans>}
      actions={
        <Button look="primary" onClick={onClose}>
          <Trans>Done</Trans>
        </Button>
      }
    >
      <div className="col gap-4">
        <Note tone="warn">
          <Trans>Copy it now. It is not shown again.</Trans>
        </Note>
        <Field label={t`API key`}>
          <Input
            readOnly
            className="font-mono"
            value={value}
            translate="no"
            onFocus={event => event.target.select()}
          />
        </Field>
        <span>
          <Button icon="copy" onClick={() => void copy()}>
            <Trans>Copy</Trans>
          </Button>
        </span>
      </div>
    </Dialog>
  )
}
