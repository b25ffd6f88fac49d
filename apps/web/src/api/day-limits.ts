import type { Link } from '@fairlead/contract'
import { useQuery } from '@tanstack/react-query'
import { api } from './client.ts'
import { keys } from './keys.ts'

// What leaves moves it at once; that a day has passed, or that mail left elsewhere, nobody tells.
const lookAgainMs = 60_000

/** What the provider lets a delivery channel send in 24 hours, and what is used of it; undefined while it is asked for. */
export function useDayLimits({ id, kind, state }: Link) {
  const { data } = useQuery({
    queryKey: [...keys.dayLimits, id],
    queryFn: ({ signal }) => api.linkAccounts.quota({ id }, { signal }),
    // Only an account of a provider has such limits.
    enabled: state !== 'removed' && (kind === 'gmail' || kind === 'microsoft'),
    refetchInterval: lookAgainMs,
  })
  return data?.limits
}
