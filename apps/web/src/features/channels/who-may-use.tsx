import type { Link } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { UseFormReturn } from 'react-hook-form'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Radio } from '../../ui/choice.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'
import { betterKindFor, type SmtpValues, secretOf, settingsOf } from './smtp-values.ts'

interface WhoMayUseProps {
  readonly form: UseFormReturn<SmtpValues>
  readonly link: Link | null
  readonly onSaved: () => void
}

/** After a check that passed: a name, whose it is, and saving. */
export function WhoMayUse({ form, link, onSaved }: WhoMayUseProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => saveLink(form.getValues(), link),
    onSuccess: async ({ name }) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.links }),
        client.invalidateQueries({ queryKey: keys.identities }),
        client.invalidateQueries({ queryKey: keys.conversations }),
      ])
      toast({ text: link ? t`${name} works again. Waiting mail leaves.` : t`${name} is connected.` })
      onSaved()
    },
  })
  return (
    <section className="card mt-4">
      <div className="card-h">
        <h3>{link ? <Trans>Save what was checked</Trans> : <Trans>Who may use it</Trans>}</h3>
      </div>
      <div className="card-b col gap-3">
        {save.error && <Note tone="bad">{problemSentence(save.error)}</Note>}
        <Field label={t`Name`} hint={t`As it is called in Compose.`}>
          <Input
            {...form.register('name')}
            maxLength={200}
            placeholder={form.watch('host')}
            autoComplete="off"
          />
        </Field>
        {!link && <Owner form={form} />}
        <div className="row">
          <Button look="primary" isBusy={save.isPending} onClick={() => save.mutate()}>
            <Trans>Save</Trans>
          </Button>
        </div>
      </div>
    </section>
  )
}

function Owner({ form }: Pick<WhoMayUseProps, 'form'>) {
  const { member } = useMember()
  if (member.role !== 'admin') return null
  // Office 365 and Google sign in as one person's mailbox and let nobody else send by it.
  const isPersonal = betterKindFor(form.watch('host')) !== null
  return (
    <fieldset className="col">
      <Radio value="member" {...form.register('owner')}>
        <Trans>Only I</Trans>
      </Radio>
      {isPersonal ? (
        <p className="meta">
          <Trans>This login is one person’s mailbox, so the team cannot share it.</Trans>
        </p>
      ) : (
        <Radio value="team" {...form.register('owner')}>
          <Trans>The whole team</Trans>
        </Radio>
      )}
    </fieldset>
  )
}

async function saveLink(values: SmtpValues, link: Link | null): Promise<Link> {
  const settings = settingsOf(values, link)
  const secret = secretOf(values)
  const name = values.name.trim() || settings.host
  const sealed = secret ? { secret } : {}
  if (!link) return api.links.create({ kind: 'smtp', name, owner: values.owner, settings, ...sealed })
  const saved = await api.links.update({ id: link.id, version: link.version, name, settings, ...sealed })
  return saved.state === 'needs-attention' ? api.links.resume({ id: link.id }) : saved
}
