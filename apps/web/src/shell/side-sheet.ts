import { useRouterState } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef } from 'react'

/** The sidebar as a sheet: takes the focus when it opens, gives it back when it closes, closes on Escape and on arrival. */
export function useSideSheet(isOpen: boolean, close: () => void): RefObject<HTMLElement | null> {
  const sheet = useRef<HTMLElement>(null)
  const latestClose = useRef(close)
  latestClose.current = close
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const lastPath = useRef(path)
  useEffect(() => {
    if (lastPath.current !== path) latestClose.current()
    lastPath.current = path
  }, [path])
  useEffect(() => {
    if (!isOpen) return
    const before = document.activeElement
    sheet.current?.querySelector<HTMLElement>('a, button')?.focus()
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && latestClose.current()
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
      if (before instanceof HTMLElement) before.focus()
    }
  }, [isOpen])
  return sheet
}
