import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { Toasts } from '../ui/toast.tsx'
import { NotFound } from './not-found.tsx'
import { PageFailed } from './page-failed.tsx'

/** Everything is below it. What fails to load or to draw shows the sentence of PageFailed, never a white page. */
export const rootRoute = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
  errorComponent: PageFailed,
  notFoundComponent: NotFound,
})
