import type { RecipientView } from '@fairlead/contract'
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import type { DraftContent } from './draft-content.ts'

// DNS answers within seconds, and the server keeps what it said: one more look is enough, and is no burden.
const lookAgainMs = 3_000

const isOpen = (view: RecipientView | undefined): boolean =>
  view?.authentication.value.dmarc.policyAt === null && view.authentication.certainty === 'not-checked-yet'

type Seen = Pick<DraftContent, 'identityId' | 'linkId' | 'to' | 'cc' | 'bcc'>

/** What these recipients see of this identity on this delivery channel, and how the other channels would do. */
export function useRecipientView({ identityId, linkId, to, cc, bcc }: Seen): UseQueryResult<RecipientView> {
  const recipients = useDeferredValue([...to, ...cc, ...bcc].join('\n'))
  return useQuery({
    queryKey: [...keys.links, 'preview', identityId, linkId, recipients],
    queryFn: ({ signal }) =>
      api.previews.preview(
        {
          ...(identityId && { identityId }),
          ...(linkId && { linkId }),
          recipients: recipients === '' ? [] : recipients.split('\n'),
        },
        { signal },
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isOpen(state.data) && state.dataUpdateCount < 4 ? lookAgainMs : false),
  })
}
