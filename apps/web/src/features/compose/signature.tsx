import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import { signaturePictureUrl } from '../../api/signature-pictures.ts'

interface SignatureProps {
  readonly html: string
  /** Whose it is: its pictures are read there. */
  readonly identityId: string
}

/** The signature as recipients get it. */
export function Signature({ html, identityId }: SignatureProps) {
  const { t } = useLingui()
  const place = useRef<HTMLElement>(null)
  useEffect(() => {
    place.current?.replaceChildren(...nodesOf(html, identityId))
  }, [html, identityId])
  return html === '' ? null : <section className="sig" aria-label={t`Signature`} ref={place} />
}

/**
 * The nodes of cleaned HTML. Styles are set one by one, as the page's content policy asks; pictures are shown where
 * they are parts of the email, and nothing is asked of other hosts.
 */
function nodesOf(html: string, identityId: string): Node[] {
  const { body } = new DOMParser().parseFromString(html.replace(/ style="/gi, ' data-style="'), 'text/html')
  for (const element of body.querySelectorAll<HTMLElement>('*')) {
    const style = element.getAttribute('data-style')
    element.removeAttribute('data-style')
    if (style !== null) element.style.cssText = style
    const source = element.getAttribute('src')
    if (source !== null) setSource(element, signaturePictureUrl(identityId, source))
    if (element.localName === 'a') element.setAttribute('rel', 'noreferrer')
    if (element.localName === 'a') element.setAttribute('target', '_blank')
  }
  return [...body.childNodes]
}

function setSource(element: HTMLElement, url: string | null): void {
  if (url === null) element.removeAttribute('src')
  else element.setAttribute('src', url)
}
