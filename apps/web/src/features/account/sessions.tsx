import type { Session } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/note.tsx'
import { Pill } from '../../ui/pill.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { browserName } from './browser-name.ts'

const queryKey = ['sessions']

/** Where the member is signed in, with a way to end each. */
export function Sessions() {
  const { t } = useMacro()
  const sessions = useQuery({ queryKey, queryFn: ({ signal }) => api.sessions.list(undefined, { signal }) })
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: async (id: string | null) => {
      await (id === null ? api.sessions.revokeOthers() : api.sessions.revoke({ id }))
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
    onError: error => toast({ text: problemSentence(error) }),
  })
  const list = sessions.data?.sessions ?? []
  return (
    <Card
      title={<Trans>Where you are signed in</Trans>}
      aside={
        list.length > 1 && (
          <Button size="sm" isBusy={end.isPending} onClick={() => end.mutate(null)}>
            <Trans>Sign out everywhere else</Trans>
          </Button>
        )
      }
    >
      {sessions.error && <LoadFailed error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.isPending && <SkeletonRows rows={2} label={t`Loading`} />}
      <ul className="col gap-3">
        {list.map(session => (
          <Row key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
        ))}
      </ul>
    </Card>
  )
}

function Row({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }) {
  const { i18n } = useLingui()
  const seenAt = i18n.date(new Date(session.lastSeenAt), { dateStyle: 'medium' })
  return (
    <li className="row wrap">
      <span className="grow">
        <b className="block font-medium">{browserName(session.userAgent)}</b>
        <span className="meta">
          {session.ip} · <Trans>last seen {seenAt}</Trans>
        </span>
      </span>
      {session.isCurrent ? (
        <Pill tone="ok">
          <Trans>This browser</Trans>
        </Pill>
      ) : (
        <Button size="sm" onClick={onEnd}>
          <Trans>Sign out</Trans>
        </Button>
      )}
    </li>
  )
}
