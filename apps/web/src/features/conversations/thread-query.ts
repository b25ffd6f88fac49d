import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

/** A conversation with everything in it; named under the lists, so that what makes those new makes it new. */
export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.conversations, 'thread', id],
    queryFn: ({ signal }) => api.threads.get({ id }, { signal }),
  })
