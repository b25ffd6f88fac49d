import type { WhoAmI } from '@fairlead/contract'
import { type QueryClient, type QueryFunctionContext, queryOptions, useQuery } from '@tanstack/react-query'
import { isSignedOut } from './api-error.ts'
import { api } from './client.ts'
import { keys } from './keys.ts'

/**
 * Who is looking at this page: nobody has ever been here, nobody is signed in, a member, or a member whose session
 * ended while the page was open. The last keeps what was known, so that an open page stays whole.
 */
export type Session =
  | { readonly is: 'first-visit' | 'signed-out'; readonly mode: WhoAmI['mode'] }
  | ({ readonly is: 'signed-in' | 'ended' } & WhoAmI)

/** The session, asked for once and then remembered until an answer says that it ended. */
export const sessionQuery = queryOptions<Session>({
  queryKey: keys.session,
  queryFn: readSession,
  staleTime: 60_000,
})

async function readSession({ client, signal }: QueryFunctionContext): Promise<Session> {
  try {
    return { is: 'signed-in', ...(await api.me.get(undefined, { signal })) }
  } catch (error) {
    if (!isSignedOut(error)) throw error
    const before = client.getQueryData<Session>(keys.session)
    if (before?.is === 'signed-in' || before?.is === 'ended') return { ...before, is: 'ended' }
    const { needsSetup, mode } = await api.setup.get(undefined, { signal })
    return { is: needsSetup ? 'first-visit' : 'signed-out', mode }
  }
}

/** The member who is signed in. Only for what is inside the shell, where there always is one. */
export function useMember(): WhoAmI {
  const { data } = useQuery(sessionQuery)
  if (data?.is !== 'signed-in' && data?.is !== 'ended') throw new Error('There is no session here')
  return data
}

/** After signing in or setting up: the answer is the session, and nothing that was remembered of before holds. */
export function enter(client: QueryClient, who: WhoAmI): void {
  client.clear()
  client.setQueryData<Session>(keys.session, { is: 'signed-in', ...who })
}

/** After signing in again under an open page: everything on it is asked for anew, nothing typed is touched. */
export async function resume(client: QueryClient, who: WhoAmI): Promise<void> {
  client.setQueryData<Session>(keys.session, { is: 'signed-in', ...who })
  await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] })
}

/**
 * Signs out, and loads the page anew: what was read and typed here is gone from the browser's memory, so that the next
 * person sees none of it.
 */
export async function leave(): Promise<void> {
  await api.session.end()
  window.location.assign('/sign-in')
}

/** Works in another workspace from now on; nothing of the one before stays on the page. */
export async function moveTo(workspaceId: string): Promise<void> {
  await api.session.switchWorkspace({ workspaceId })
  window.location.assign('/')
}
