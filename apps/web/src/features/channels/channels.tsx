import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ChoicePerIdentity } from './choice-per-identity.tsx'
import { Comparison } from './comparison.tsx'

/** The ways out: how they are, what each can do, and which one each identity takes. */
export function Channels() {
  const { t } = useLingui()
  const links = useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
  })
  const compared = useQuery({
    queryKey: ['channel-kinds'],
    queryFn: ({ signal }) => api.channelKinds.compare(undefined, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const error = links.error ?? compared.error
  const again = () => void Promise.all([links.refetch(), compared.refetch()])
  const usable = links.data?.links.filter(({ state }) => state !== 'removed') ?? []
  return (
    <>
      <SettingsHead title={t`Delivery channels`}>
        <Trans>
          A channel is the service that carries your email. It decides what recipients see, which bounces
          Fairlead can catch and where the copy ends up.
        </Trans>
      </SettingsHead>
      {error && (
        <Note
          tone="bad"
          action={
            <Button size="sm" onClick={again}>
              <Trans>Try again</Trans>
            </Button>
          }
        >
          {problemSentence(error)}
        </Note>
      )}
      {!error && (!links.data || !compared.data) && <SkeletonRows rows={6} label={t`Loading`} />}
      {links.data && compared.data && <Comparison links={usable} compared={compared.data} />}
      {links.data && <ChoicePerIdentity links={usable} />}
    </>
  )
}
