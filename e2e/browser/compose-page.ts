import type { Locator, Page } from 'playwright-core'

interface TestFile {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

export interface ComposePage {
  readonly message: Locator
  addTo(text: string): Promise<void>
  attach(file: TestFile): Promise<void>
}

/** The page where an email is written, once its editor is there. */
export async function openCompose(page: Page): Promise<ComposePage> {
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.waitFor()
  return {
    message,
    async addTo(text) {
      await page.getByLabel('To', { exact: true }).fill(text)
      await page.keyboard.press('Enter')
    },
    attach: file => page.locator('input[type=file][aria-label="Attach files"]').setInputFiles(file),
  }
}

/** What was typed is on the server. */
export async function saved(page: Page): Promise<void> {
  await page
    .getByText(/^Draft saved/)
    .first()
    .waitFor()
}
