import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { type SmtpValues, withService } from './smtp-values.ts'

interface UsualServerProps {
  readonly form: UseFormReturn<SmtpValues>
}

/** Fills the form: from the domain of an address, or with a service that is known. */
export function UsualServer({ form }: UsualServerProps) {
  const { t } = useLingui()
  const [chosen, setChosen] = useState('')
  const { data } = useQuery({
    queryKey: ['smtp-presets'],
    queryFn: ({ signal }) => api.smtpPresets.list(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const preset = data?.presets.find(({ id }) => id === chosen)
  const choose = (id: string) => {
    setChosen(id)
    const settings = data?.presets.find(each => each.id === id)?.settings
    if (settings) form.reset(withService(form.getValues(), settings), { keepDefaultValues: true })
  }
  return (
    <>
      <FindServer form={form} onFound={setChosen} />
      <Field label={t`Service`} hint={preset?.hint ?? undefined}>
        <Select value={chosen} onChange={event => choose(event.target.value)}>
          <option value="">{t`Choose, or fill in below`}</option>
          {data?.presets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    </>
  )
}

interface FindServerProps extends UsualServerProps {
  readonly onFound: (presetId: string) => void
}

/** Asks the domain of an address where its mail server is. */
function FindServer({ form, onFound }: FindServerProps) {
  const { t } = useLingui()
  const { member } = useMember()
  const [address, setAddress] = useState(member.address)
  const find = useMutation({
    mutationFn: () => api.links.detect({ address }),
    onSuccess: ({ settings, presetId }) => {
      onFound(presetId ?? '')
      if (settings) form.reset(withService(form.getValues(), settings), { keepDefaultValues: true })
    },
  })
  const hasNothing = find.data?.settings === null
  return (
    <Field
      label={t`Address`}
      error={find.error ? problemSentence(find.error) : undefined}
      hint={
        hasNothing ? (
          <Trans>Its domain says nothing about a mail server. Fill in the host below.</Trans>
        ) : (
          <Trans>Fairlead asks its domain where the server is.</Trans>
        )
      }
    >
      <span className="row">
        <Input
          className="grow"
          type="email"
          value={address}
          onChange={event => setAddress(event.target.value)}
          onKeyDown={event => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            find.mutate()
          }}
        />
        <Button isBusy={find.isPending} onClick={() => find.mutate()}>
          <Trans>Find</Trans>
        </Button>
      </span>
    </Field>
  )
}
