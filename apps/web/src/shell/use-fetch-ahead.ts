import { type AnyRouter, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Until then the page that was asked for has the network and the processor to itself. */
const afterMs = 2_000

/**
 * Fetches the code of all screens of a member once the first one stands: without a network, or while the server is
 * away, one can still go from screen to screen and write.
 */
export function useFetchAhead(): void {
  const router = useRouter()
  useEffect(() => {
    const timer = setTimeout(() => void fetchScreens(router), afterMs)
    return () => clearTimeout(timer)
  }, [router])
}

/** One after the other, because a browser has few connections; what fails is fetched when somebody goes there. */
async function fetchScreens(router: AnyRouter): Promise<void> {
  for (const [id, route] of Object.entries(router.routesById))
    if (id.startsWith('/shell/')) await router.loadRouteChunk(route)
  await import('../ui/editor/body-editor.tsx').catch(() => undefined)
}
