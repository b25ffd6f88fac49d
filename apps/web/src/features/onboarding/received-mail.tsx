import type { RecipientView } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { HeroCard } from '../../shell/hero-card.tsx'
import { Note } from '../../ui/note.tsx'
import { RecipientCard } from '../../ui/recipient-card.tsx'

interface ReceivedMailProps {
  /** The email that arrived; undefined: its address is all that is known. */
  readonly good: string | undefined
  readonly to: string
}

/** How the email that arrived looks to who got it, and where that differs from what was chosen: said on the first day. */
export function ReceivedMail({ good, to }: ReceivedMailProps) {
  const { t } = useLingui()
  const { data: email } = useQuery({
    queryKey: keys.email(good ?? ''),
    queryFn: ({ signal }) => api.emails.get({ id: good ?? '' }, { signal }),
    enabled: good !== undefined,
  })
  const { data: view } = useQuery({
    queryKey: [...keys.links, 'preview', undefined, undefined],
    queryFn: ({ signal }) => api.previews.preview({}, { signal }),
  })
  if (!view) return null
  const { name, address, via } = view.gmail.value
  return (
    <>
      <SeenNote view={view} />
      <HeroCard>
        <p className="meta mb-2.5">
          <Trans>Received by {to}</Trans>
        </p>
        <RecipientCard
          {...{ name, address, via }}
          isViaMarked={via !== null}
          isAddressMarked={view.isSwapped}
          time={t`now`}
          to={<Trans>to {to}</Trans>}
          subject={email?.subject}
        />
      </HeroCard>
    </>
  )
}

function SeenNote({ view: { gmail } }: { readonly view: RecipientView }) {
  const { via } = gmail.value
  if (via === null) return null
  return (
    <Note tone="warn">
      <Trans>
        Gmail readers see <b>via {via}</b> behind your address.
      </Trans>{' '}
      {gmail.sentence}
    </Note>
  )
}
