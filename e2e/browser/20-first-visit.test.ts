import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('the first visit', () => {
  test('asks for a name before it makes an account', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await page.goto('/')
    await page.getByRole('button', { name: 'Create account' }).click()
    expect(await page.getByText('Enter your name.').isVisible()).toBe(true)
    await expectAccessible(page)
  })

  test('shows every text 40 % longer without a text of its own, and nothing runs off a phone', async () => {
    const product = await startProduct()
    const page = await product.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    await page.goto('/welcome?pseudo')
    await page.getByRole('button', { name: /~/ }).first().waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await expectAccessible(page)
  })
})
