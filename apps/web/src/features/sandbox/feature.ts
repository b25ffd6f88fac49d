import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Place } from '../../shell/place.ts'
import { shellRoute } from '../../shell/shell-route.ts'

export const sandboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sandbox',
  validateSearch: ({ message }): { message?: string } =>
    typeof message === 'string' && /^\w{1,64}$/.test(message) ? { message } : {},
  component: lazyRouteComponent(() => import('./inbox.tsx'), 'SandboxInbox'),
})

export const sandboxPlace: Place = {
  to: '/sandbox',
  label: msg`Sandbox inbox`,
  icon: 'shield',
  group: 'main',
  rank: 80,
  keys: 'g s',
  isForSandbox: true,
}
