import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('a paused delivery channel', () => {
  test('keeps its mail waiting, says so everywhere, and lets it leave when it is resumed; a reload loses no drawer', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/settings/channels')
    await page.getByRole('button', { name: /^Manage / }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Healthy').waitFor()
    await expectAccessible(page)
    await page.reload()
    await drawer.getByText('What it can do').waitFor()
    await drawer.getByRole('button', { name: 'Pause' }).click()
    await drawer.getByText('Paused', { exact: true }).waitFor()
    await send(page)
    await drawer.getByText('1 email waiting').waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(new URL(page.url()).search).toBe('')

    await page.goto('/conversations/in-progress')
    await page.getByRole('row').filter({ hasText: 'While it waits' }).click()
    await page.getByText('It waits for its delivery channel.').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto('/settings/channels')
    await page.getByRole('button', { name: 'Resume' }).filter({ visible: true }).waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Resume' }).filter({ visible: true }).click()
    await page.getByText('Healthy').filter({ visible: true }).waitFor()
    await page.goto('/conversations/delivered')
    await page.getByRole('row').filter({ hasText: 'While it waits' }).waitFor()
  })
})

/** Sends through the documented API with the page's own session. */
const send = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
    const body = JSON.stringify({ to: ['marta@northwind.example'], subject: 'While it waits', text: 'Hi' })
    const sent = await fetch('/api/v1/emails', { method: 'POST', headers, body })
    if (!sent.ok) throw new Error(await sent.text())
  })
