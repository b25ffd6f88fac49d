import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('sending later', () => {
  test('schedules in a zone, is found scheduled by its address, is edited, and suggests whom one wrote to', async () => {
    const product = await startProduct()
    const page = await product.newPage({ colorScheme: 'dark' })
    await setUp(page)
    await page.goto('/compose')
    const compose = await openCompose(page)
    await compose.addTo(
      '"Lindh, Marta" <marta@delivered.example>, hugo@delivered.example; ana@delivered.example',
    )
    await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(3)
    await page.getByLabel('Subject').fill('Later')
    await compose.message.click()
    await page.keyboard.type('Hi')
    await page.keyboard.press('Control+Shift+Enter')
    await page.getByLabel('Time zone').selectOption('Asia/Tokyo')
    await page.getByText(/Leaves .* in Tokyo/).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Schedule', exact: true }).last().click()
    await page.getByText(/^Scheduled for/).waitFor()
    const address = await scheduledAddress(page)
    await page.goto(address)
    await page.getByText('This email is scheduled').waitFor()
    await page.getByRole('button', { name: 'Edit it' }).click()
    await openCompose(page)
    await expect.poll(() => page.getByLabel('Subject').inputValue()).toBe('Later')
    await page.getByLabel('Subject').fill('Sooner')
    await saved(page)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('link', { name: /Shown with/ }).waitFor()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)

    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto('/compose')
    await openCompose(page)
    await page.getByLabel('To', { exact: true }).pressSequentially('hug')
    await page.getByRole('option', { name: /hugo@delivered\.example/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove hugo@delivered.example' }).waitFor()
  })
})

/** Where the email that was just scheduled would be opened. */
async function scheduledAddress(page: Page): Promise<string> {
  const rows = await page.request.get('/api/v1/conversations?folder=scheduled')
  const body = (await rows.json()) as { rows: { emailId: string }[] }
  return `/compose?draft=${body.rows[0]?.emailId}`
}
