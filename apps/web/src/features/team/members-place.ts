import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { settingsRoute } from '../../shell/settings-route.ts'

export const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/team',
  component: lazyRouteComponent(() => import('./members.tsx'), 'Members'),
})

export const membersPlace: Place = {
  to: '/settings/team',
  label: msg`Team`,
  icon: 'people',
  group: 'settings',
  rank: 30,
  isForAdmins: true,
}
