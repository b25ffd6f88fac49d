import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('the pace of a delivery channel', () => {
  test('is typed, refused where it makes no sense, kept over a reload, holds mail back, and is taken back', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/settings/channels')
    await page.getByRole('button', { name: /^Manage / }).click()
    const drawer = page.getByRole('dialog')
    const batch = drawer.getByLabel('Emails at a time')
    const seconds = drawer.getByLabel('Every so many seconds')
    const save = drawer.getByRole('button', { name: 'Save the pace' })

    await batch.fill('0')
    await save.click()
    await drawer.getByText('A whole number from 1 to 1,000.').waitFor()
    await expectAccessible(page)
    await batch.fill('1')
    await seconds.fill('3600')
    await save.click()
    await page.getByText(/keeps to the new pace\.$/).waitFor()
    await page.reload()
    await drawer.getByRole('button', { name: 'Back to the usual pace' }).waitFor()
    expect([await batch.inputValue(), await seconds.inputValue()]).toEqual(['1', '3600'])

    await send(page, 'first')
    await page.goto('/conversations/delivered')
    await page.getByRole('row').filter({ hasText: 'The first' }).waitFor()
    await send(page, 'second')
    await page.goto('/conversations/in-progress')
    await page.getByRole('row').filter({ hasText: 'The second' }).click()
    await page.getByText('It waits for its turn at the pace of the channel.').waitFor()

    await page.goto('/settings/channels')
    await page.getByRole('button', { name: /^Manage / }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await expectAccessible(page)
    await drawer.getByRole('button', { name: 'Back to the usual pace' }).click()
    await page.getByText(/keeps to the new pace\.$/).waitFor()
    expect(await batch.inputValue()).toBe('')
    await page.goto('/conversations/delivered')
    await page.getByRole('row').filter({ hasText: 'The second' }).waitFor()
  }, 240_000)
})

/** Sends through the documented API with the page's own session. */
const send = (page: Page, name: string): Promise<void> =>
  page.evaluate(async name => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
    const body = JSON.stringify({ to: [`${name}@northwind.example`], subject: `The ${name}`, text: 'Hi' })
    const sent = await fetch('/api/v1/emails', { method: 'POST', headers, body })
    if (!sent.ok) throw new Error(await sent.text())
  }, name)
