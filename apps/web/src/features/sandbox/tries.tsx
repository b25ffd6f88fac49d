import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'

/** Any simulated domain behaves the same; this one is small and plain. */
const domain = 'northwind.example'

/** The addresses that behave in a special way, each with a button that writes to it. */
export function Tries() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery({
    queryKey: ['sandbox-behaviours'],
    queryFn: ({ signal }) => api.sandbox.behaviours(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error) return <LoadFailed error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} label={t`Loading`} />
  const ordinary = { address: `anyone@${domain}`, says: t`Takes the mail, as every other address does.` }
  return (
    <div className="pad col gap-4 max-w-4xl overflow-auto">
      <p className="dim">
        <Trans>
          These addresses behave as their names say, at any domain. Send to one and see in{' '}
          <Link to="/">Conversations</Link> what becomes of it.
        </Trans>
      </p>
      <Card title={<Trans>Recipients</Trans>}>
        <ul className="col gap-3">
          {[
            ordinary,
            ...data.recipients.map(({ localPart, says }) => ({ address: `${localPart}@${domain}`, says })),
          ].map(one => (
            <Try key={one.address} {...one} />
          ))}
        </ul>
      </Card>
      <Card title={<Trans>Domains</Trans>}>
        <ul className="col gap-3">
          {data.domains.map(one => (
            <Try key={one.domain} address={`someone@${one.domain}`} says={one.says} />
          ))}
        </ul>
      </Card>
    </div>
  )
}

function Try({ address, says }: { readonly address: string; readonly says: string }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const send = useMutation({
    mutationFn: () =>
      api.emails.send({
        headers: { 'idempotency-key': crypto.randomUUID() },
        body: { to: [address], subject: t`A try in the sandbox`, text: t`Written to see what happens.` },
      }),
    onSuccess: () => {
      toast({ text: t`Sent to ${address}.` })
      void client.invalidateQueries({ queryKey: keys.conversations })
    },
    onError: error => toast({ text: problemSentence(error) }),
  })
  return (
    <li className="row wrap">
      <span className="grow min-w-0 basis-72">
        <b className="block wrap-anywhere" translate="no">
          {address}
        </b>
        <span className="meta block">{says}</span>
      </span>
      <Button
        size="sm"
        icon="send"
        isBusy={send.isPending}
        aria-label={t`Send to ${address}`}
        onClick={() => send.mutate()}
      >
        <Trans>Send</Trans>
      </Button>
    </li>
  )
}
