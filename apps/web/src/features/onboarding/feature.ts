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
