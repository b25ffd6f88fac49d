import type { ConversationRow } from '@fairlead/contract'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useLiveState } from '../../shell/live-context.tsx'
import type { FolderScope } from './folder-scope.ts'
import { readRows, refreshHead, rowsIn, rowsKey } from './list-rows.ts'
import type { ListFilter } from './list-search.ts'

const pollMs = 10_000

/** Counts of the folders; asked for again every few seconds while the live stream does not stand. */
export function useCounts() {
  const isLive = useLiveState() === 'live'
  return useQuery({
    queryKey: keys.conversationCounts,
    queryFn: ({ signal }) => api.conversations.counts(undefined, { signal }),
    refetchInterval: isLive ? false : pollMs,
  })
}

export interface ListRows {
  readonly rows: readonly ConversationRow[]
  readonly isLoading: boolean
  readonly error: Error | null
  readonly hasMore: boolean
  readonly loadMore: () => void
  readonly tryAgain: () => void
}

/** The rows of a list, page by page, its head kept true as facts come in. */
export function useRows(scope: FolderScope, filter: ListFilter): ListRows {
  const client = useQueryClient()
  const query = useInfiniteQuery({
    queryKey: rowsKey(scope, filter),
    queryFn: ({ pageParam, signal }) => readRows({ scope, filter, cursor: pageParam, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { isFetching, hasNextPage, fetchNextPage, refetch } = query
  // Whatever changes a list changes the counts too, and those are asked for anew with every fact.
  const stamp = useCounts().dataUpdatedAt
  const seen = useRef({ stamp, key: '' })
  const key = JSON.stringify(rowsKey(scope, filter))
  useEffect(() => {
    if (isFetching || (seen.current.stamp === stamp && seen.current.key === key)) return
    seen.current = { stamp, key }
    refreshHead(client, { scope, filter }).catch(() => undefined)
  }, [client, scope, filter, stamp, key, isFetching])
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  return {
    rows: useMemo(() => rowsIn(query.data), [query.data]),
    isLoading: query.isPending,
    error: query.error,
    hasMore: hasNextPage,
    loadMore,
    tryAgain: () => void refetch(),
  }
}
