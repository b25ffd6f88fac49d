import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { settingsRoute } from '../../shell/settings-route.ts'

export const domainsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/domains',
  component: lazyRouteComponent(() => import('./domains.tsx'), 'Domains'),
})

export const domainRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/domains/$id',
  component: lazyRouteComponent(() => import('./domain.tsx'), 'Domain'),
})

export const domainsPlace: Place = {
  to: '/settings/domains',
  label: msg`Sending domains`,
  icon: 'domain',
  group: 'settings',
  rank: 25,
  isForAdmins: true,
}
