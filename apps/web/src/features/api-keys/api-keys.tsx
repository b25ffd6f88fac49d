import type { ApiKey } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Card, Note } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { apiKeysKey } from './keys.ts'
import { NewKey } from './new-key.tsx'

/** Keys with which programs do what the member may do. */
export function ApiKeys() {
  const { t } = useLingui()
  const [isMaking, setMaking] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: apiKeysKey,
    queryFn: ({ signal }) => api.apiKeys.list(undefined, { signal }),
  })
  return (
    <>
      <SettingsHead
        title={t`API keys`}
        action={
          <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
            <Trans>Create key</Trans>
          </Button>
        }
      >
        <Trans>A key lets a program do here what you may do. Keep it as you keep a password.</Trans>
      </SettingsHead>
      {error && <LoadFailed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={2} label={t`Loading`} />}
      {data?.apiKeys.length === 0 && (
        <Empty title={<Trans>No API keys</Trans>}>
          <Trans>Create one to send and read emails from a program.</Trans>
        </Empty>
      )}
      {data && data.apiKeys.length > 0 && (
        <Card>
          <ul className="col gap-3">
            {data.apiKeys.map(key => (
              <Row key={key.id} apiKey={key} />
            ))}
          </ul>
        </Card>
      )}
      {isMaking && <NewKey onClose={() => setMaking(false)} />}
    </>
  )
}

function Row({ apiKey }: { readonly apiKey: ApiKey }) {
  const { t, i18n } = useLingui()
  const [isAsking, setAsking] = useState(false)
  const day = (at: string) => i18n.date(new Date(at), { dateStyle: 'medium' })
  const madeAt = day(apiKey.createdAt)
  return (
    <li className="row wrap">
      <span className="grow min-w-0">
        <b className="block font-medium wrap-anywhere">{apiKey.name}</b>
        <span className="meta">
          <code className="code" translate="no">
            {apiKey.prefix}…
          </code>{' '}
          <Trans>created {madeAt}</Trans> ·{' '}
          {apiKey.lastUsedAt ? t`last used ${day(apiKey.lastUsedAt)}` : t`never used`}
          {apiKey.expiresAt && ` · ${t`until ${day(apiKey.expiresAt)}`}`}
        </span>
      </span>
      <Button size="sm" look="danger" aria-label={t`Revoke ${apiKey.name}`} onClick={() => setAsking(true)}>
        <Trans>Revoke</Trans>
      </Button>
      {isAsking && <Revoke apiKey={apiKey} onClose={() => setAsking(false)} />}
    </li>
  )
}

function Revoke({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => api.apiKeys.revoke({ id: apiKey.id }),
    onSuccess: async () => {
      toast({ text: t`${apiKey.name} is revoked.` })
      onClose()
      await client.invalidateQueries({ queryKey: apiKeysKey })
    },
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Revoke {apiKey.name}?</Trans>}
      actions={
        <>
          <Button look="danger-filled" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
            <Trans>Revoke key</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>Programs that use it are refused within five seconds.</Trans>
      </p>
      {revoke.error && <Note tone="bad">{problemSentence(revoke.error)}</Note>}
    </Dialog>
  )
}
