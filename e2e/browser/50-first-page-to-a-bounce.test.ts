import { describe, expect, test } from 'vitest'
import {
  createAccount,
  expectAccessible,
  hasBrowser,
  startNewProduct,
  startProduct,
} from './start-product.ts'

describe.skipIf(!hasBrowser)('from the first page to a delivered and a bounced email', () => {
  test('in under a minute; a reload keeps both, and the sandbox inbox has the one that arrived', async () => {
    const product = await startNewProduct()
    const page = await product.newPage()
    const startedAt = performance.now()
    await createAccount(page)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Send both' }).click()
    await page.getByText('Delivered', { exact: true }).waitFor()
    await page.getByText('Bounce caught', { exact: true }).waitFor()
    expect(performance.now() - startedAt).toBeLessThan(60_000)
    await page.reload()
    await page.getByText('Bounce caught', { exact: true }).waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Open Fairlead' }).click()
    await page.getByRole('link', { name: 'Sandbox inbox' }).click()
    await page.getByRole('heading', { level: 2, name: 'It works' }).waitFor()
    await page.getByText('via mail.fairlead.test').first().waitFor()
    await page.getByText('SPF pass').waitFor()
    await expectAccessible(page)
    const { rows } = await page.evaluate(async () => (await fetch('/api/v1/conversations')).json())
    expect(rows.map(({ folder }: { folder: string }) => folder).toSorted()).toEqual(['bounced', 'delivered'])
  })

  test('who carries the mail is chosen on the way, stays over a reload, and leads to where it is connected', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await createAccount(page)
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('heading', { name: 'Who carries your email?' }).waitFor()
    await page.getByText('Ready now').waitFor()
    await expectAccessible(page)
    await page.getByRole('radio', { name: 'SMTP server' }).check()
    await page.reload()
    await expect.poll(() => page.getByRole('radio', { name: 'SMTP server' }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('dialog').getByLabel('Host', { exact: true }).waitFor()
    await page.goto('/welcome/channel')
    await page.getByRole('radio', { name: 'Gmail' }).check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('dialog', { name: 'Connect this account?' }).getByText('Simulated').waitFor()
    await page.getByRole('button', { name: 'Not this one' }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto('/welcome/channel')
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await expectAccessible(page)
  })

  test('one try writes to a special address of the sandbox', async () => {
    const product = await startProduct()
    const page = await product.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    await createAccount(page)
    await page.goto('/sandbox')
    await page.getByText('Nothing received yet').waitFor()
    await page.getByRole('button', { name: 'Try an address' }).first().click()
    await page.getByRole('button', { name: 'Send to full@northwind.example' }).click()
    await page.getByText('Sent to full@northwind.example.').waitFor()
    await page.getByRole('button', { name: 'Send to anyone@northwind.example' }).click()
    await page.getByRole('button', { name: 'Received' }).click()
    await page.getByRole('link', { name: /anyone@northwind.example/ }).click()
    await page.getByRole('heading', { level: 2, name: 'A try in the sandbox' }).waitFor()
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })
})
