import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api/client.ts'

/** The kinds of delivery channel side by side; they change with the program alone. */
export const comparedQuery = queryOptions({
  queryKey: ['channel-kinds'],
  queryFn: ({ signal }) => api.channelKinds.compare(undefined, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
