import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from './root-route.tsx'

/** Pages for people who are not signed in: the form on one side, the rope on the other. */
export const entranceRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'entrance',
  component: lazyRouteComponent(() => import('./entrance.tsx'), 'Entrance'),
})
