import type { SandboxMessage } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { useShownTime } from '../../i18n/shown-time.ts'
import { useLiveEvents } from '../../shell/live-context.tsx'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { PageHead } from '../../shell/page-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/choice.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Note } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Message } from './message.tsx'
import { Tries } from './tries.tsx'

const route = getRouteApi('/shell/sandbox')
const queryKey = ['sandbox']
// System mail speaks of no email of the member, so no live news tells of it.
const lookAgainMs = 3_000

/** What the simulated internet received, as its recipients' mail programs would show it. */
export function SandboxInbox() {
  const { t } = useLingui()
  const [view, setView] = useState<'received' | 'tries'>('received')
  return (
    <>
      <PageHead title={t`Sandbox inbox`}>
        <Segmented
          label={t`View`}
          value={view}
          onChange={setView}
          options={[
            { value: 'received', label: t`Received` },
            { value: 'tries', label: t`Try an address` },
          ]}
        />
      </PageHead>
      {view === 'received' ? <Received onTry={() => setView('tries')} /> : <Tries />}
    </>
  )
}

function Received({ onTry }: { readonly onTry: () => void }) {
  const { t } = useLingui()
  const { message } = route.useSearch()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.sandbox.list({ limit: 100 }, { signal }),
    refetchInterval: lookAgainMs,
  })
  useLiveEvents(() => void client.invalidateQueries({ queryKey }))
  if (error && !data)
    return (
      <div className="pad">
        <LoadFailed error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data) return <SkeletonRows rows={6} label={t`Loading`} />
  if (data.messages.length === 0) return <NothingReceived onTry={onTry} />
  const shown = data.messages.find(({ id }) => id === message) ?? (message ? undefined : data.messages[0])
  return (
    <div className="sbx">
      <ul className={`sbx-l ${message ? 'sbx-narrow-hidden' : ''}`} aria-label={t`Received emails`}>
        {data.messages.map(one => (
          <Row key={one.id} message={one} isShown={one.id === shown?.id} />
        ))}
      </ul>
      <div className={`sbx-m ${message ? '' : 'sbx-narrow-hidden'}`}>
        {shown ? (
          <Message key={shown.id} message={shown} />
        ) : (
          <Note>
            <Trans>This email is not in the sandbox inbox any more.</Trans>
          </Note>
        )}
      </div>
    </div>
  )
}

function Row({ message, isShown }: { readonly message: SandboxMessage; readonly isShown: boolean }) {
  const { clock } = useShownTime()
  return (
    <li>
      <Link
        to="/sandbox"
        search={{ message: message.id }}
        className="sbx-r"
        aria-current={isShown ? 'true' : undefined}
      >
        <span className="row">
          <b className="ell grow">{message.recipients.join(', ')}</b>
          <span className="meta">{clock(new Date(message.receivedAt))}</span>
        </span>
        <span className="ell dim block">{message.subject || <Trans>(no subject)</Trans>}</span>
        <span className="ell meta block">{message.fromLine}</span>
      </Link>
    </li>
  )
}

const NothingReceived = ({ onTry }: { readonly onTry: () => void }) => (
  <Empty
    title={<Trans>Nothing received yet</Trans>}
    action={
      <Button look="primary" onClick={onTry}>
        <Trans>Try an address</Trans>
      </Button>
    }
  >
    <Trans>
      Emails sent here do not leave this machine. They arrive in this inbox, as the recipient would see them.
    </Trans>
  </Empty>
)
