import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { settingsRoute } from '../../shell/settings-route.ts'

export const channelsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/channels',
  component: lazyRouteComponent(() => import('./channels.tsx'), 'Channels'),
})

export const channelsPlace: Place = {
  to: '/settings/channels',
  label: msg`Delivery channels`,
  icon: 'plug',
  group: 'settings',
  rank: 10,
}
