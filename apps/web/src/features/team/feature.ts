import { mailedPaths } from '@fairlead/contract'
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../../api/session.ts'
import { entranceRoute } from '../../shell/entrance-route.ts'

/** Only an address of this app, so that a link cannot lead a person elsewhere after signing in. */
const ownPath = (wanted: unknown): string | undefined =>
  typeof wanted === 'string' && /^\/(?![/\\])/.test(wanted) ? wanted : undefined

export const signInRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = ownPath(search.next)
    return next === undefined ? {} : { next }
  },
  beforeLoad: async ({ context, search }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session.is === 'first-visit') throw redirect({ to: '/welcome' })
    if (session.is === 'signed-in') throw redirect({ href: search.next ?? '/' })
  },
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignIn'),
})

export const forgottenPasswordRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: '/forgotten-password',
  component: lazyRouteComponent(() => import('./forgotten-password.tsx'), 'ForgottenPassword'),
})

/** The page behind the link of the mail; opening it changes nothing. */
export const newPasswordRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: `${mailedPaths['password-reset']}/$token`,
  component: lazyRouteComponent(() => import('./new-password.tsx'), 'NewPassword'),
})

/** The page behind the link of an invitation; opening it changes nothing. */
export const invitationRoute = createRoute({
  getParentRoute: () => entranceRoute,
  path: `${mailedPaths.invitation}/$token`,
  component: lazyRouteComponent(() => import('./invitation.tsx'), 'Invitation'),
})
