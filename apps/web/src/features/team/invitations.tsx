import type { Invitation } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/note.tsx'
import { Pill } from '../../ui/pill.tsx'
import { toast } from '../../ui/toast.tsx'
import { invitationsKey } from './keys.ts'

/** Invitations that are open or have expired; nothing where there are none. */
export function Invitations() {
  const { data, error, refetch } = useQuery({
    queryKey: invitationsKey,
    queryFn: ({ signal }) => api.invitations.list(undefined, { signal }),
  })
  if (error) return <LoadFailed error={error} onRetry={() => void refetch()} />
  if (!data || data.invitations.length === 0) return null
  return (
    <Card title={<Trans>Invitations</Trans>}>
      <ul className="col gap-3">
        {data.invitations.map(one => (
          <Row key={one.id} invitation={one} />
        ))}
      </ul>
    </Card>
  )
}

function Row({ invitation }: { readonly invitation: Invitation }) {
  const { t, i18n } = useLingui()
  const client = useQueryClient()
  const { id, address, role, state } = invitation
  const done = {
    onError: (error: unknown) => toast({ text: problemSentence(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: invitationsKey }),
  }
  const resend = useMutation({
    mutationFn: () => api.invitations.resend({ id }),
    onSuccess: () => toast({ text: t`A new link is on its way to ${address}.` }),
    ...done,
  })
  const revoke = useMutation({
    mutationFn: () => api.invitations.revoke({ id }),
    onSuccess: () => toast({ text: t`The invitation of ${address} is taken back.` }),
    ...done,
  })
  const until = i18n.date(new Date(invitation.expiresAt), { day: 'numeric', month: 'long' })
  return (
    <li className="row wrap">
      <span className="grow min-w-0">
        <b className="block font-medium wrap-anywhere">{address}</b>
        <span className="meta">{role === 'admin' ? <Trans>Admin</Trans> : <Trans>Rep</Trans>}</span>
      </span>
      {state === 'open' ? (
        <Pill tone="warn" icon="clock">
          <Trans>Open until {until}</Trans>
        </Pill>
      ) : (
        <Pill tone="bad">
          <Trans>Link expired</Trans>
        </Pill>
      )}
      <Button size="sm" isBusy={resend.isPending} onClick={() => resend.mutate()}>
        <Trans>Send again</Trans>
      </Button>
      <Button size="sm" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
        <Trans>Take back</Trans>
      </Button>
    </li>
  )
}
