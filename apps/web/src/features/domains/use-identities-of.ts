import type { Identity } from '@fairlead/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'

/** Identities whose address is of this domain, the default one first. */
export function useIdentitiesOf(domain: string): readonly Identity[] {
  const { data } = useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => api.identities.list(undefined, { signal }),
  })
  return (data?.identities ?? [])
    .filter(({ address }) => address.toLowerCase().endsWith(`@${domain}`))
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
}
