import type { OauthKind } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Radio } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { Note } from '../../ui/note.tsx'
import { Pill } from '../../ui/pill.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'

/** Begins to connect an account: at its provider, or at once where the account is simulated. */
export function useConnectAccount(onPending: (id: string) => void) {
  return useMutation({
    mutationFn: (kind: OauthKind) => api.linkConnections.start({ kind }),
    onSuccess: ({ id, authorizationUrl }) => {
      if (authorizationUrl === null) onPending(id)
      else window.location.assign(authorizationUrl)
    },
    onError: error => toast({ text: problemSentence(error) }),
  })
}

interface ConfirmConnectionProps {
  /** Of the account that consented. */
  readonly id: string
  readonly onClose: () => void
}

/** Shows the account before it is final: whose address recipients will see, and what it replaces. */
export function ConfirmConnection({ id, onClose }: ConfirmConnectionProps) {
  const { t } = useLingui()
  const client = useQueryClient()
  const [waiting, setWaiting] = useState<'move' | 'keep'>('move')
  const pending = useQuery({
    queryKey: ['link-connections', id],
    queryFn: ({ signal }) => api.linkConnections.get({ id }, { signal }),
  })
  const { data } = pending
  const confirm = useMutation({
    mutationFn: () => api.linkConnections.confirm({ id, ...(data?.replaces && { waiting }) }),
    onSuccess: async ({ name }) => {
      await Promise.all(
        [keys.links, keys.identities, keys.conversations].map(queryKey =>
          client.invalidateQueries({ queryKey }),
        ),
      )
      toast({ text: t`${name} is connected.` })
      onClose()
    },
  })
  const drop = useMutation({ mutationFn: () => api.linkConnections.drop({ id }), onSettled: onClose })
  const error = pending.error ?? confirm.error
  return (
    <Dialog
      isOpen
      onClose={() => drop.mutate()}
      title={<Trans>Connect this account?</Trans>}
      actions={
        <>
          {data && (
            <Button look="primary" isBusy={confirm.isPending} onClick={() => confirm.mutate()}>
              {data.reconnects ? <Trans>Reconnect</Trans> : <Trans>Connect</Trans>}
            </Button>
          )}
          <Button isBusy={drop.isPending} onClick={() => drop.mutate()}>
            <Trans>Not this one</Trans>
          </Button>
        </>
      }
    >
      <div className="col gap-3">
        {error && <Note tone="bad">{problemSentence(error)}</Note>}
        {!data && !error && <Skeleton width={70} />}
        {data && <Account pending={data} />}
        {data?.replaces && <Replaces {...{ replaces: data.replaces, waiting, onChoose: setWaiting }} />}
      </div>
    </Dialog>
  )
}

type Pending = Awaited<ReturnType<typeof api.linkConnections.get>>

function Account({ pending }: { readonly pending: Pending }) {
  const { i18n } = useLingui()
  const { kind, name, address, isSimulated, warnings, grantEndsAt } = pending
  const ends = grantEndsAt && i18n.date(new Date(grantEndsAt), { dateStyle: 'medium' })
  return (
    <>
      <div className="row gap-3">
        <ChannelGlyph kind={kind} size="lg" />
        <span className="grow min-w-0">
          <b className="block wrap-anywhere">{address}</b>
          <span className="meta">{name}</span>
        </span>
        {isSimulated && (
          <Pill tone="warn">
            <Trans>Simulated</Trans>
          </Pill>
        )}
      </div>
      <p>
        <Trans>
          Recipients see this address, whichever identity you choose, unless the account may send as it.
        </Trans>
      </p>
      {ends && (
        <Note tone="warn">
          <Trans>The provider ends this grant on {ends}. Connect again before.</Trans>
        </Note>
      )}
      {warnings.map(({ code, sentence }) => (
        <Note key={code} tone="warn">
          {sentence}
        </Note>
      ))}
    </>
  )
}

interface ReplacesProps {
  readonly replaces: NonNullable<Pending['replaces']>
  readonly waiting: 'move' | 'keep'
  readonly onChoose: (waiting: 'move' | 'keep') => void
}

function Replaces({ replaces, waiting, onChoose }: ReplacesProps) {
  return (
    <Note tone="warn">
      <p>{replaces.sentence}</p>
      {replaces.waiting > 0 && (
        <fieldset className="col mt-2">
          <legend className="sr">
            <Trans>Waiting mail</Trans>
          </legend>
          <Radio name="replaced" checked={waiting === 'move'} onChange={() => onChoose('move')}>
            <Trans>Its waiting mail takes the new account</Trans>
          </Radio>
          <Radio name="replaced" checked={waiting === 'keep'} onChange={() => onChoose('keep')}>
            <Trans>Its waiting mail waits until I move it</Trans>
          </Radio>
        </fieldset>
      )}
    </Note>
  )
}
