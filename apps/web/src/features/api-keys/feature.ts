import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { settingsRoute } from '../../shell/settings-route.ts'

export const apiKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/api-keys',
  component: lazyRouteComponent(() => import('./api-keys.tsx'), 'ApiKeys'),
})

export const apiKeysPlace: Place = {
  to: '/settings/api-keys',
  label: msg`API keys`,
  icon: 'key',
  group: 'settings',
  rank: 80,
}
