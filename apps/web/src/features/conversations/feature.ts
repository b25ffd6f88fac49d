import { msg } from '@lingui/core/macro'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { FolderTree } from '../../shell/folder-tree.tsx'
import type { Place } from '../../shell/place.ts'
import { shellRoute } from '../../shell/shell-route.ts'
import { readListSearch } from './list-search.ts'

/** `/conversations` is every folder, `/conversations/bounced` one, `/conversations/undelivered` a group of them. */
export const conversationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/conversations/{-$folder}',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./conversations.tsx'), 'Conversations'),
})

export const conversationsPlace: Place = {
  to: '/conversations',
  label: msg`Conversations`,
  icon: 'chat',
  group: 'main',
  rank: 10,
  keys: 'g c',
  isInBottomBar: true,
  below: FolderTree,
}
