import { textOf } from '../mail/render-message.ts'
import { sanitiseHtml } from './sanitise-html.ts'

const placeholder = /\{\{\s*my_signature\s*\}\}/g

/**
 * The html with the signature once: at the first `{{my_signature}}`, or below the text. Other placeholders of it go,
 * also where there is no signature.
 */
export function placeSignature(html: string, signatureHtml: string): string {
  return placeOnce(html, signatureHtml === '' ? '' : `<div>${sanitiseHtml(signatureHtml)}</div>`)
}

/** The same for plain text; below the text it stands under `-- ` (RFC 3676 §4.3). */
export function placeTextSignature(text: string, signatureHtml: string): string {
  if (signatureHtml === '') return placeOnce(text, '')
  const signature = textOf(signatureHtml)
  return text.search(placeholder) >= 0 ? placeOnce(text, signature) : `${text}\n\n-- \n${signature}`
}

function placeOnce(text: string, signature: string): string {
  let isPlaced = false
  const placed = text.replace(placeholder, () => {
    const here = isPlaced ? '' : signature
    isPlaced = true
    return here
  })
  return isPlaced ? placed : `${text}${signature}`
}
