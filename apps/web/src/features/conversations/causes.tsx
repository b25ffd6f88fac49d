import type { ConversationCause } from '@fairlead/contract'
import { Plural, Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlaces } from '../../shell/place.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CauseBar } from '../../ui/note.tsx'
import { useRetry } from './use-row-acts.tsx'

/** From so many rows on, one cause is told once instead of on each row. */
const leastRows = 3
const mostBars = 2

const places: Readonly<Partial<Record<ConversationCause['fix'], string>>> = {
  'mend-link': '/settings/channels',
  'resume-link': '/settings/channels',
  'verify-identity': '/settings/identities',
  'permit-identity': '/settings/identities',
}

/** What several emails wait for, or failed by, together; with the one thing to do. */
export function Causes() {
  const { data } = useQuery({
    queryKey: [...keys.conversations, 'causes'],
    queryFn: ({ signal }) => api.conversations.causes(undefined, { signal }),
  })
  const shared = data?.causes.filter(({ waiting, failed }) => waiting + failed >= leastRows) ?? []
  return shared.slice(0, mostBars).map(cause => <Cause key={cause.id} cause={cause} />)
}

function Cause({ cause }: { readonly cause: ConversationCause }) {
  const { waiting, failed, sentence, failedIds } = cause
  const known = usePlaces()
  const retry = useRetry()
  const to = places[cause.fix]
  return (
    <CauseBar
      icon={cause.kind === 'identity' ? 'at' : cause.kind === 'lane' ? 'clock' : 'plug'}
      title={
        waiting > 0 ? (
          <Plural value={waiting} one="# email waits on one thing." other="# emails wait on one thing." />
        ) : (
          <Plural value={failed} one="# email failed by one thing." other="# emails failed by one thing." />
        )
      }
      action={
        to && known.some(place => place.to === to) ? (
          <Link to={to} className={buttonClass({ size: 'sm' })}>
            <Trans>Fix it</Trans>
          </Link>
        ) : (
          failedIds.length > 0 && (
            <Button size="sm" isBusy={retry.isPending} onClick={() => retry.mutate({ ids: failedIds })}>
              <Trans>Retry all</Trans>
            </Button>
          )
        )
      }
    >
      {sentence}
    </CauseBar>
  )
}
