import { type ChannelKind, channelKinds } from '@fairlead/contract'
import type { QueryClient } from '@tanstack/react-query'
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../../api/session.ts'
import { entranceRoute } from '../../shell/entrance-route.ts'

/** The first page of an installation that nobody has used yet. */
export const welcomeRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: '/welcome',
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session.is !== 'first-visit') throw redirect({ to: '/' })
  },
  component: lazyRouteComponent(() => import('./welcome.tsx'), 'Welcome'),
})

/** Only whoever is signed in goes on from the account. */
async function requireMember(client: QueryClient, href: string): Promise<void> {
  const session = await client.ensureQueryData(sessionQuery)
  if (session.is === 'first-visit') throw redirect({ to: '/welcome' })
  if (session.is === 'signed-out') throw redirect({ to: '/sign-in', search: { next: href } })
}

/** Who carries the mail; the choice stands in the address. */
export const channelStepRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: '/welcome/channel',
  validateSearch: (search): { by?: ChannelKind } => {
    const by = channelKinds.find(kind => kind === search.by)
    return by === undefined ? {} : { by }
  },
  beforeLoad: ({ context, location }) => requireMember(context.queryClient, location.href),
  component: lazyRouteComponent(() => import('./channel-step.tsx'), 'ChannelStep'),
})

const idIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^eml_[\w-]{1,60}$/.test(value) ? value : undefined

/** The two test emails, and what becomes of them; their ids stand in the address, so that a reload loses nothing. */
export const testMailRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: '/welcome/test',
  validateSearch: (search): { good?: string; bad?: string } => {
    const [good, bad] = [idIn(search.good), idIn(search.bad)]
    return { ...(good && { good }), ...(bad && { bad }) }
  },
  beforeLoad: ({ context, location }) => requireMember(context.queryClient, location.href),
  component: lazyRouteComponent(() => import('./test-mail.tsx'), 'TestMail'),
})
