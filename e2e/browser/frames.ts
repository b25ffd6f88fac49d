import type { Page } from 'playwright-core'

export interface SeenInFrame {
  readonly html: string
  readonly text: string
  /** Of its first picture: one whose bytes are not there has none. */
  readonly pictureWidth: number
}

/** What the frame with this title shows. It runs no scripts, also none of a test's, so it is read from outside. */
export const inFrame = (page: Page, title: string): Promise<SeenInFrame> =>
  page.evaluate(title => {
    const frame = document.querySelector<HTMLIFrameElement>(`iframe[title="${title}"]`)
    const body = frame?.contentDocument?.body
    return {
      html: body?.innerHTML ?? '',
      text: body?.innerText ?? '',
      pictureWidth: body?.querySelector('img')?.naturalWidth ?? 0,
    }
  }, title)
