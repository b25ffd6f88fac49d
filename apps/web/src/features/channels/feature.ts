import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { rootRoute } from '../../shell/root-route.tsx'
import { settingsRoute } from '../../shell/settings-route.ts'
import { readChannelsSearch } from './channels-search.ts'

export const channelsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/channels',
  validateSearch: readChannelsSearch,
  component: lazyRouteComponent(() => import('./channels.tsx'), 'Channels'),
})

/** Where Google and Microsoft lead back to after the consent. */
export const connectedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/channels',
  validateSearch: readChannelsSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/settings/channels', search, replace: true })
  },
})

export const channelsPlace: Place = {
  to: '/settings/channels',
  label: msg`Delivery channels`,
  icon: 'plug',
  group: 'settings',
  rank: 10,
}
