import type { RecipientView } from '@fairlead/contract'
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import type { DraftContent } from './draft-content.ts'

/** What recipients see of this identity on this delivery channel. */
export const useRecipientView = ({
  identityId,
  linkId,
}: Pick<DraftContent, 'identityId' | 'linkId'>): UseQueryResult<RecipientView> =>
  useQuery({
    queryKey: [...keys.links, 'preview', identityId, linkId],
    queryFn: ({ signal }) =>
      api.previews.preview({ ...(identityId && { identityId }), ...(linkId && { linkId }) }, { signal }),
    placeholderData: keepPreviousData,
  })
