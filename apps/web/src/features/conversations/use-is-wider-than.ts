import { useCallback, useSyncExternalStore } from 'react'

/** Whether the window is wider than so many CSS pixels. */
export function useIsWiderThan(px: number): boolean {
  const query = `(min-width: ${px + 1}px)`
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', onChange)
      return () => list.removeEventListener('change', onChange)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches)
}
