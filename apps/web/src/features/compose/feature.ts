import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { shellRoute } from '../../shell/shell-route.ts'

/** Writing an email: `/compose` starts one, `/compose?draft=eml_…` goes on with one. */
export const composeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/compose',
  validateSearch: (search: Record<string, unknown>): { draft?: string } =>
    typeof search.draft === 'string' ? { draft: search.draft } : {},
  component: lazyRouteComponent(() => import('./compose.tsx'), 'Compose'),
})

export const composePlace: Place = {
  to: '/compose',
  label: msg`Compose`,
  icon: 'pen',
  group: 'compose',
  rank: 0,
  keys: 'c',
  isInBottomBar: true,
}
