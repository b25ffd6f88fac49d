import type { ChannelKind, Link } from '@fairlead/contract'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

interface ChannelNames {
  readonly links: readonly Link[]
  /** By a link's id. */
  readonly names: ReadonlyMap<string, string>
  /** One name for each kind that is there. */
  readonly kinds: ReadonlyMap<ChannelKind, string>
}

/** The delivery channels of the member, by name. */
export function useChannelNames(): ChannelNames {
  const { data } = useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
  })
  return useMemo(() => {
    const links = data?.links ?? []
    return {
      links,
      names: new Map(links.map(({ id, name }) => [id, name])),
      kinds: new Map(links.map(({ kind, name }) => [kind, name])),
    }
  }, [data])
}
