import { useEffect } from 'react'

/** Names the page in the browser's tab and history, the screen first. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Fairlead`
  }, [title])
}
