import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Until then the page that was asked for has the network and the processor to itself. */
const afterMs = 2_000

/**
 * Fetches the code of all screens once the first one stands: without a network, or while the server is away, one can
 * still go from screen to screen and write.
 */
export function useFetchAhead(): void {
  const router = useRouter()
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const route of Object.values(router.routesById)) void router.loadRouteChunk(route)
      // Without it, whoever goes to the screen later fetches it then.
      import('../ui/editor/body-editor.tsx').catch(() => undefined)
    }, afterMs)
    return () => clearTimeout(timer)
  }, [router])
}
