import { type Identity, limits } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Textarea } from '../../ui/field.tsx'
import { Card, Note } from '../../ui/note.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { SafeFrame } from '../../ui/safe-frame.tsx'
import { toast } from '../../ui/toast.tsx'
import { htmlOfSignature, textOfSignature } from './signature-text.ts'

/** The signature of an identity, and how an email with it looks to who receives it. */
export function Signature({ identity }: { readonly identity: Identity }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [html, setHtml] = useState(identity.signatureHtml)
  const [text, setText] = useState(() => textOfSignature(identity.signatureHtml))
  const save = useMutation({
    mutationFn: () => api.identities.update({ id: identity.id, signatureHtml: html }),
    onSuccess: async saved => {
      setHtml(saved.signatureHtml)
      await client.invalidateQueries({ queryKey: keys.identities })
      toast({ text: t`The signature is saved.` })
    },
  })
  const write = (next: string) => {
    setText(next)
    setHtml(htmlOfSignature(next))
  }
  return (
    <section className="two">
      <Card title={<Trans>Signature of {identity.name}</Trans>}>
        <div className="col items-start gap-4">
          <Field
            label={t`Signature`}
            hint={t`Addresses of web pages become links; **two stars** make bold.`}
            {...(save.error && { error: problemSentence(save.error) })}
          >
            <Textarea
              rows={6}
              className="w-full"
              maxLength={limits.signatureCharacters}
              value={text}
              onChange={event => write(event.target.value)}
            />
          </Field>
          <Button
            isBusy={save.isPending}
            onClick={() => save.mutate()}
            {...(html === identity.signatureHtml && { disabledBecause: t`Saved` })}
          >
            <Trans>Save signature</Trans>
          </Button>
        </div>
      </Card>
      <div className="col gap-3">
        <h2>
          <Trans>How it looks to recipients</Trans>
        </h2>
        <RecipientCard name={identity.name} address={identity.address} via={null} to={t`to Marta`}>
          <p className="read">
            <Trans>…would Thursday morning suit you?</Trans>
          </p>
          <div className="mt-3">{html && <SafeFrame title={t`Signature as it is sent`} html={html} />}</div>
        </RecipientCard>
        <Note>
          <Trans>It is added to new emails; you can change it in each.</Trans>
        </Note>
      </div>
    </section>
  )
}
