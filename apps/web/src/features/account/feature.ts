import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { settingsRoute } from '../../shell/settings-route.ts'

export const accountRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('./account.tsx'), 'Account'),
})

export const accountPlace: Place = {
  to: '/settings/account',
  label: msg`Your account`,
  icon: 'people',
  group: 'settings',
  rank: 90,
}
