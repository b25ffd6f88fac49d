import type { Identity, Link } from '@fairlead/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useMember } from '../../api/session.ts'
import type { DraftContent } from './draft-content.ts'

export interface Senders {
  readonly isLoading: boolean
  readonly identities: readonly Identity[]
  readonly links: readonly Link[]
  /** What the email goes out with as things stand; undefined while loading, or where there is none. */
  readonly identity: Identity | undefined
  readonly link: Link | undefined
}

/** One's own identities, the delivery channels in reach, and which of them this email uses. */
export function useSenders({ identityId, linkId }: Pick<DraftContent, 'identityId' | 'linkId'>): Senders {
  const { member } = useMember()
  const identities = useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => api.identities.list(undefined, { signal }),
    select: data => data.identities.filter(each => each.memberId === member.id),
  })
  const links = useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
    select: data => data.links.filter(({ state }) => state !== 'removed'),
  })
  const own = identities.data ?? []
  const ways = links.data ?? []
  const identity = own.find(({ id }) => id === identityId) ?? own.find(({ isDefault }) => isDefault) ?? own[0]
  const wanted = linkId ?? identity?.linkId
  return {
    isLoading: identities.isPending || links.isPending,
    ...{ identities: own, links: ways, identity },
    link: ways.find(({ id }) => id === wanted) ?? ways.find(({ kind }) => kind === 'managed'),
  }
}
