import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isPassing, isSignedOut } from './api-error.ts'
import { keys } from './keys.ts'

const mostRetries = 3

/**
 * What is shown may be half a minute old, then it is asked for again when somebody looks; live events shorten that.
 * Only what may pass by itself is asked again. An answer that says "signed out" puts the session in question, so that
 * the page can ask for the password without losing what was typed.
 */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) void client.invalidateQueries({ queryKey: keys.session })
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => isPassing(error) && failures < mostRetries,
        retryDelay: failures => Math.min(500 * 2 ** failures, 8_000),
      },
      // A second try of a change may be a second change: only those that carry a key repeat themselves.
      mutations: { retry: false },
    },
  })
  return client
}
