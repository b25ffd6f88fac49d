import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** Tells those who hear the page which one they have come to, as a full page load would. */
export function RouteAnnouncer() {
  const router = useRouter()
  const [title, setTitle] = useState('')
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged }) => {
        if (pathChanged) setTitle(document.title)
      }),
    [router],
  )
  return (
    <div className="sr" aria-live="polite" aria-atomic="true">
      {title}
    </div>
  )
}
