import type { Page } from 'playwright-core'

/** A PNG of one pixel. */
export const dotPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

interface Pasted {
  readonly html?: string
  readonly text?: string
  /** A picture of one pixel, as a screenshot would come. */
  readonly picture?: boolean
}

/** Puts something into what has the focus, as the clipboard does. */
export const paste = (page: Page, pasted: Pasted): Promise<void> =>
  page.evaluate(
    ({ html, text, dot }) => {
      const clipboardData = new DataTransfer()
      if (html) clipboardData.setData('text/html', html)
      if (text) clipboardData.setData('text/plain', text)
      if (dot) {
        const bytes = Uint8Array.from(atob(dot), sign => sign.charCodeAt(0))
        clipboardData.items.add(new File([bytes], 'dot.png', { type: 'image/png' }))
      }
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.activeElement?.dispatchEvent(event)
    },
    { html: pasted.html, text: pasted.text, dot: pasted.picture ? dotPng.toString('base64') : undefined },
  )
