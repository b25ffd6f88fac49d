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
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session.is === 'first-visit') throw redirect({ to: '/welcome' })
    if (session.is === 'signed-out') throw redirect({ to: '/sign-in', search: { next: location.href } })
  },
  component: lazyRouteComponent(() => import('./test-mail.tsx'), 'TestMail'),
})
