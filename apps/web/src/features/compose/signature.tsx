import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'

/** The signature as recipients get it. */
export function Signature({ html }: { readonly html: string }) {
  const { t } = useLingui()
  const place = useRef<HTMLElement>(null)
  useEffect(() => {
    place.current?.replaceChildren(...nodesOf(html))
  }, [html])
  return html === '' ? null : <section className="sig" aria-label={t`Signature`} ref={place} />
}

/**
 * The nodes of cleaned HTML. Styles are set one by one, as the page's content policy asks; pictures are shown where
 * they come with the text, and nothing is asked of other hosts.
 */
function nodesOf(html: string): Node[] {
  const { body } = new DOMParser().parseFromString(html.replace(/ style="/gi, ' data-style="'), 'text/html')
  for (const element of body.querySelectorAll<HTMLElement>('*')) {
    const style = element.getAttribute('data-style')
    element.removeAttribute('data-style')
    if (style !== null) element.style.cssText = style
    const source = element.getAttribute('src')
    if (source !== null && !source.startsWith('data:image/')) element.removeAttribute('src')
    if (element.localName === 'a') element.setAttribute('rel', 'noreferrer')
    if (element.localName === 'a') element.setAttribute('target', '_blank')
  }
  return [...body.childNodes]
}
