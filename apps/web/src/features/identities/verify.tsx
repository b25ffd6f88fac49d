import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useTitle } from '../../shell/title.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Note } from '../../ui/note.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

const route = getRouteApi('/entrance/verify/$token')

/** Lets an address be used as a sender. The button does it: scanners of mail open links, but press nothing. */
export function Verify() {
  const { t } = useLingui()
  useTitle(t`Verify an address`)
  const { token } = route.useParams()
  const client = useQueryClient()
  const shown = useQuery({
    queryKey: ['verification', token],
    queryFn: ({ signal }) => api.identityVerifications.show({ token }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const verify = useMutation({
    mutationFn: () => api.identityVerifications.verify({ token }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.identities }),
  })
  if (verify.data) return <Verified address={verify.data.address} />
  if (shown.error) return <Unusable error={shown.error} />
  if (!shown.data) return <Loading />
  const { address, memberName, workspaceName } = shown.data
  return (
    <section className="ob-f">
      <div>
        <h1>
          <Trans>Verify this address</Trans>
        </h1>
        <p className="dim read mt-2">
          <Trans>
            {memberName} at {workspaceName} wants to send email from <b>{address}</b>.
          </Trans>
        </p>
      </div>
      {verify.error && <Note tone="bad">{problemSentence(verify.error)}</Note>}
      <Button look="primary" size="lg" isBusy={verify.isPending} onClick={() => verify.mutate()}>
        <Trans>Verify {address}</Trans>
      </Button>
      <p className="meta">
        <Trans>If you do not know what this is about, close this page. Nothing happens then.</Trans>
      </p>
    </section>
  )
}

const Verified = ({ address }: { readonly address: string }) => (
  <section className="ob-f" role="status">
    <h1>
      <Trans>Verified</Trans>
    </h1>
    <Note tone="ok">
      <Trans>
        Fairlead may now send from <b>{address}</b>.
      </Trans>
    </Note>
    <Link to="/" className={buttonClass({ look: 'primary', size: 'lg' })}>
      <Trans>Open Fairlead</Trans>
    </Link>
  </section>
)

const Unusable = ({ error }: { readonly error: unknown }) => (
  <section className="ob-f">
    <h1 className="sr">
      <Trans>This link does not work</Trans>
    </h1>
    <Empty
      rope="parted"
      title={<Trans>This link does not work</Trans>}
      action={
        <Link to="/" className={buttonClass({ look: 'primary' })}>
          <Trans>Open Fairlead</Trans>
        </Link>
      }
    >
      {problemSentence(error)}
    </Empty>
  </section>
)

function Loading() {
  const { t } = useLingui()
  return (
    <section className="ob-f" role="status" aria-label={t`Loading`} aria-busy="true">
      <Skeleton width={70} />
      <Skeleton width={90} />
    </section>
  )
}
