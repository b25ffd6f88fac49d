import { useEffect, useMemo, useRef, useState } from 'react'

const leastPx = 48
const mostPx = 6_000

interface SafeFrameProps {
  readonly title: string
  /** Cleaned by the server. */
  readonly html: string
  /** `frame`: as the detail of a conversation has it, by its own styles. */
  readonly look?: 'plain' | 'frame'
}

const looks = {
  plain: { always: 'block w-full rounded-md border-0', onPaper: 'bg-white' },
  frame: { always: 'frame', onPaper: 'paper' },
} as const

/**
 * Html of an email, in a frame where nothing runs and nothing is loaded from elsewhere. The page's content policy
 * allows no inline styles, so those of the email are set one by one, from outside: the frame has no scripts.
 */
export function SafeFrame({ title, html, look = 'plain' }: SafeFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [heightPx, setHeightPx] = useState(leastPx)
  // An email with colours of its own was made for white paper.
  const isPaper = /<[^>]*(?:color|background)[^>]*>/i.test(html)
  const source = useMemo(() => `<!doctype html><meta charset="utf-8"><body>${setAside(html)}</body>`, [html])
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const dress = () => setHeightPx(dressed(element, isPaper))
    element.addEventListener('load', dress)
    const watch = new ResizeObserver(() => setHeightPx(heightOf(element)))
    watch.observe(element)
    return () => {
      element.removeEventListener('load', dress)
      watch.disconnect()
    }
  }, [isPaper])
  return (
    <iframe
      ref={frame}
      className={`${looks[look].always} ${isPaper ? looks[look].onPaper : ''}`}
      title={title}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={source}
      style={{ height: heightPx }}
    />
  )
}

/** Styles by another name until the frame stands; in cleaned html a quote inside a value is an entity. */
const setAside = (html: string): string =>
  html.replace(/<[a-z][^<>]*>/gi, tag => tag.replace(/ style="/gi, ' data-style="'))

function dressed(frame: HTMLIFrameElement, isPaper: boolean): number {
  const page = frame.contentDocument
  if (!page?.body) return leastPx
  const around = getComputedStyle(frame)
  for (const element of page.querySelectorAll<HTMLElement>('[data-style]'))
    element.style.cssText = element.dataset.style ?? ''
  for (const image of page.querySelectorAll('img')) image.style.maxWidth = '100%'
  Object.assign(page.documentElement.style, { colorScheme: isPaper ? 'light' : around.colorScheme })
  Object.assign(page.body.style, {
    ...{ margin: isPaper ? '12px' : '0', font: `14px/22px ${around.fontFamily}` },
    ...{ color: isPaper ? '#10212a' : around.color, overflowWrap: 'anywhere', background: 'transparent' },
  })
  return heightOf(frame)
}

function heightOf(frame: HTMLIFrameElement): number {
  const body = frame.contentDocument?.body
  if (!body) return leastPx
  const margin = Number.parseFloat(body.style.marginTop || '0') * 2
  return Math.min(mostPx, Math.max(leastPx, Math.ceil(body.getBoundingClientRect().height + margin) + 2))
}
