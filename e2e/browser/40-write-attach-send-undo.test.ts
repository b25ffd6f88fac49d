import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('writing an email', () => {
  test('writes, attaches, sends once however often one presses, takes it back, and refuses 30 MB by name', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.getByRole('navigation', { name: 'Main', exact: true }).waitFor()
    await page.keyboard.press('c')
    const compose = await openCompose(page)
    await compose.addTo('Marta Lindh <marta@delivered.example>')
    await compose.addTo('nobody')
    await page.getByText('nobody: it has no @.').waitFor()
    await page.getByLabel('Subject').fill('Before the audit')
    await compose.message.click()
    await page.keyboard.type('Hi Marta,')
    await compose.attach({ name: 'log.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(50_000, 7) })
    await page.getByText('50 kB').waitFor()
    await compose.attach({ name: 'film.mov', mimeType: 'video/quicktime', buffer: Buffer.alloc(30_000_000) })
    await page.getByText(/film\.mov.*at most 26 MB/).waitFor()
    await page.getByRole('button', { name: 'Remove film.mov' }).click()
    await saved(page)
    await expectAccessible(page)

    await compose.message.click()
    await page.keyboard.press('Control+Enter')
    await page.getByText('This keeps the email from being sent').waitFor()
    await page.getByRole('button', { name: 'Correct it' }).click()
    await page.getByText('nobody: it has no @.').waitFor({ state: 'detached' })
    const sends: string[] = []
    page.on('request', request => {
      if (request.url().endsWith('/send')) sends.push(request.url())
    })
    await page.getByRole('button', { name: /^Send/ }).dblclick()
    await page.getByText('Sending in 10 seconds.').waitFor()
    expect(sends).toHaveLength(1)
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByText('log.pdf').waitFor()
    await expect.poll(() => page.getByLabel('Subject').inputValue()).toBe('Before the audit')
    await page.reload()
    await page.getByText('Hi Marta,').waitFor()
  })
})
