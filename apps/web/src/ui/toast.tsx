import { Trans } from '@lingui/react/macro'
import { type ReactNode, type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react'

interface Toast {
  readonly text: ReactNode
  /** Takes back what was done. */
  readonly onUndo?: () => void
  /** How long it stays; default 5 s. A send is held for 10 s. */
  readonly staysMs?: number
}

const defaultStayMs = 5_000
let current: (Toast & { readonly number: number }) | null = null
let number = 0
const listeners = new Set<() => void>()

function show(next: typeof current): void {
  current = next
  for (const listener of listeners) listener()
}

/** Says that something was done; the one before goes. Answers a function that takes it away early. */
export function toast(shown: Toast): () => void {
  number += 1
  const own = number
  show({ ...shown, number: own })
  return () => current?.number === own && show(null)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The place where toasts appear: once, at the root. It stays in the page, so that what comes is read out. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => current)
  return (
    <div role="status" aria-live="polite">
      {shown && <ShownToast key={shown.number} {...shown} />}
    </div>
  )
}

/** Whether somebody points at the element or stands in it; then a toast stays. */
function useIsHeld(element: RefObject<HTMLElement | null>): boolean {
  const [isHeld, setIsHeld] = useState(false)
  useEffect(() => {
    const held = element.current
    if (held === null) return
    const ends = new AbortController()
    for (const [kind, is] of [
      ['pointerenter', true],
      ['pointerleave', false],
      ['focusin', true],
      ['focusout', false],
    ] as const) {
      held.addEventListener(kind, () => setIsHeld(is), { signal: ends.signal })
    }
    return () => ends.abort()
  }, [element])
  return isHeld
}

/** Leaves by itself, but never while somebody points at it or stands on its button. */
function ShownToast({ text, onUndo, staysMs = defaultStayMs }: Toast) {
  const element = useRef<HTMLDivElement>(null)
  const isHeld = useIsHeld(element)
  const leftMs = useRef(staysMs)
  useEffect(() => {
    if (isHeld) return
    const startedAt = performance.now()
    const timer = setTimeout(() => show(null), leftMs.current)
    return () => {
      clearTimeout(timer)
      leftMs.current = Math.max(1_000, leftMs.current - (performance.now() - startedAt))
    }
  }, [isHeld])
  const undo = () => {
    show(null)
    onUndo?.()
  }
  return (
    <div className="toast" ref={element}>
      <span>{text}</span>
      {onUndo && (
        <button type="button" onClick={undo}>
          <Trans>Undo</Trans>
        </button>
      )}
    </div>
  )
}
