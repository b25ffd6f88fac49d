import type { SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { toast } from '../../ui/toast.tsx'

/** Asks before the keys are destroyed. */
export function RemoveDomain({ domain }: { readonly domain: SendingDomain }) {
  const { t } = useLingui()
  const [isAsking, setAsking] = useState(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => api.domains.remove({ id: domain.id }),
    onSuccess: async () => {
      await navigate({ to: '/settings/domains' })
      client.removeQueries({ queryKey: keys.domain(domain.id) })
      void client.invalidateQueries({ queryKey: keys.domains })
      void client.invalidateQueries({ queryKey: keys.identities })
      toast({ text: t`${domain.domain} is removed.` })
    },
  })
  return (
    <div>
      <Button look="danger" icon="trash" onClick={() => setAsking(true)}>
        <Trans>Remove domain</Trans>
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={<Trans>Remove {domain.domain}?</Trans>}
        actions={
          <>
            <Button look="danger-filled" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              <Trans>Remove domain</Trans>
            </Button>
            <Button onClick={() => setAsking(false)}>
              <Trans>Cancel</Trans>
            </Button>
          </>
        }
      >
        <div className="col gap-3">
          <p>
            <Trans>
              Its keys are destroyed and recipients see the via tag again. Mail on its way still finds home.
              Identities that were verified by the domain need a verification mail.
            </Trans>
          </p>
          {remove.error && <Note tone="bad">{problemSentence(remove.error)}</Note>}
        </div>
      </Dialog>
    </div>
  )
}
