import type { Identity } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useDeferredValue, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { signaturePictureUrl, withSignaturePictures } from '../../api/signature-pictures.ts'
import { Button } from '../../ui/button.tsx'
import { type BodyHandle, plainBody } from '../../ui/editor/body-handle.ts'
import { Note } from '../../ui/note.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'
import { SafeFrame } from '../../ui/safe-frame.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { useSignaturePictures } from './use-signature-pictures.ts'

const BodyEditor = lazy(() =>
  import('../../ui/editor/body-editor.tsx').then(module => ({ default: module.BodyEditor })),
)

const placeholder = '{{my_signature}}'

/** The signature of an identity, and how an email with it looks to who receives it. */
export function Signature({ identity }: { readonly identity: Identity }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const body = useRef<BodyHandle>(plainBody(identity.signatureHtml))
  const [html, setHtml] = useState(identity.signatureHtml)
  // Until something is typed the editor's way of writing it is no change.
  const [isChanged, setIsChanged] = useState(false)
  const save = useMutation({
    mutationFn: (signatureHtml: string) => api.identities.update({ id: identity.id, signatureHtml }),
    onSuccess: async saved => {
      body.current.replace(saved.signatureHtml)
      setHtml(saved.signatureHtml)
      setIsChanged(false)
      await client.invalidateQueries({ queryKey: keys.identities })
      // Compose shows it below the text.
      await client.invalidateQueries({ queryKey: keys.links })
      toast({ text: t`The signature is saved.` })
    },
  })
  const changed = () => {
    setHtml(body.current.html())
    setIsChanged(true)
  }
  const pictures = useSignaturePictures(body)
  return (
    <section className="two">
      <div className="card sig-ed" {...pictures.drop}>
        <div className="card-h">
          <h2>
            <Trans>Signature of {identity.name}</Trans>
          </h2>
        </div>
        <Suspense fallback={<EditorSkeleton />}>
          <BodyEditor
            {...{
              label: t`Signature`,
              body,
              onChange: changed,
              onPictures: pictures.add,
              keepsPasted: 'data',
            }}
            pictureUrl={source => signaturePictureUrl(identity.id, source)}
          />
        </Suspense>
        <div className="card-b col items-start gap-3">
          {pictures.problem && <Note tone="bad">{pictures.problem}</Note>}
          {save.error && <Note tone="bad">{problemSentence(save.error)}</Note>}
          {!isChanged && /<(?:table|font|center)\b|\sstyle="/i.test(html) && (
            <Note>
              <Trans>
                Parts of this signature were made elsewhere and are not shown in the editor. They stay until
                you change it here.
              </Trans>
            </Note>
          )}
          <Button
            isBusy={save.isPending}
            onClick={() => save.mutate(body.current.html())}
            {...(!isChanged && { disabledBecause: t`Saved` })}
          >
            <Trans>Save signature</Trans>
          </Button>
        </div>
      </div>
      <SeenByRecipients identity={identity} html={html} />
    </section>
  )
}

function EditorSkeleton() {
  const { t } = useLingui()
  return (
    <div className="ed col" role="status" aria-label={t`Loading the editor`}>
      <Skeleton width={40} />
      <Skeleton width={60} />
    </div>
  )
}

function SeenByRecipients({ identity, html }: { readonly identity: Identity; readonly html: string }) {
  const { t } = useLingui()
  const shown = useDeferredValue(html)
  return (
    <div className="col gap-3">
      <h2>
        <Trans>How it looks to recipients</Trans>
      </h2>
      <RecipientCard name={identity.name} address={identity.address} via={null} to={t`to Marta`}>
        <p className="read">
          <Trans>…would Thursday morning suit you?</Trans>
        </p>
        <div className="mt-3">
          {shown && (
            <SafeFrame title={t`Signature as it is sent`} html={withSignaturePictures(shown, identity.id)} />
          )}
        </div>
      </RecipientCard>
      <Note>
        <Trans>
          It is added to new emails. {placeholder} in an email places it elsewhere than below the text.
        </Trans>
      </Note>
    </div>
  )
}
