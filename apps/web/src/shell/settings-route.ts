import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from './shell-route.ts'

/** The frame of all settings pages: their list, and the page. A page's path is written out, such as /settings/account. */
export const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  id: 'settings',
  component: lazyRouteComponent(() => import('./settings.tsx'), 'Settings'),
})
