import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import { accountPlace, accountRoute } from './features/account/feature.ts'
import { apiKeysPlace, apiKeysRoute } from './features/api-keys/feature.ts'
import { channelsPlace, channelsRoute, connectedRoute } from './features/channels/feature.ts'
import { composePlace, composeRoute } from './features/compose/feature.ts'
import { conversationsPlace, conversationsRoute } from './features/conversations/feature.ts'
import { domainRoute, domainsPlace, domainsRoute } from './features/domains/feature.ts'
import { identitiesPlace, identitiesRoute, verifyRoute } from './features/identities/feature.ts'
import { channelStepRoute, testMailRoute, welcomeRoute } from './features/onboarding/feature.ts'
import { sandboxPlace, sandboxRoute } from './features/sandbox/feature.ts'
import {
  forgottenPasswordRoute,
  invitationRoute,
  newPasswordRoute,
  signInRoute,
} from './features/team/feature.ts'
import { membersPlace, membersRoute } from './features/team/members-place.ts'
import { entranceRoute } from './shell/entrance-route.ts'
import { NotFound } from './shell/not-found.tsx'
import { PageFailed } from './shell/page-failed.tsx'
import type { Place } from './shell/place.ts'
import { rootRoute } from './shell/root-route.tsx'
import { settingsRoute } from './shell/settings-route.ts'
import { shellRoute } from './shell/shell-route.ts'

/** Where features meet: a line in `places` for the sidebar, a line below for the route. */
const joined: readonly Place[] = [
  accountPlace,
  apiKeysPlace,
  channelsPlace,
  domainsPlace,
  identitiesPlace,
  membersPlace,
  composePlace,
  conversationsPlace,
  sandboxPlace,
]

const groups: readonly Place['group'][] = ['compose', 'main', 'settings']
export const places: readonly Place[] = joined.toSorted(
  (a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.rank - b.rank,
)

/** The first place of the sidebar, where a member arrives. */
const firstPlace = places.find(({ group }) => group === 'main') ?? accountPlace
const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ href: firstPlace.to })
  },
})

const routeTree = rootRoute.addChildren([
  connectedRoute,
  entranceRoute.addChildren([
    welcomeRoute,
    channelStepRoute,
    testMailRoute,
    signInRoute,
    forgottenPasswordRoute,
    newPasswordRoute,
    invitationRoute,
    verifyRoute,
  ]),
  shellRoute.addChildren([
    indexRoute,
    conversationsRoute,
    composeRoute,
    sandboxRoute,
    settingsRoute.addChildren([
      accountRoute,
      apiKeysRoute,
      channelsRoute,
      domainsRoute,
      domainRoute,
      identitiesRoute,
      membersRoute,
    ]),
  ]),
])

/** Links load their page's code when pointed at, so that a click finds it there. */
export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
