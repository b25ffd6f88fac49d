import { mailedPaths } from '@fairlead/contract'
import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { entranceRoute } from '../../shell/entrance-route.ts'
import type { Place } from '../../shell/place.ts'
import { settingsRoute } from '../../shell/settings-route.ts'

export const identitiesRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/settings/identities',
  component: lazyRouteComponent(() => import('./identities.tsx'), 'Identities'),
})

export const identitiesPlace: Place = {
  to: '/settings/identities',
  label: msg`Identities & signatures`,
  icon: 'at',
  group: 'settings',
  rank: 20,
}

/** The page behind the link of a verification mail. Its button verifies; opening it changes nothing. */
export const verifyRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: `${mailedPaths.verification}/$token`,
  component: lazyRouteComponent(() => import('./verify.tsx'), 'Verify'),
})
