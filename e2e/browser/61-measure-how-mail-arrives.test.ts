import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('how mail arrives', () => {
  test('is measured through our own servers and shown with its time, on the card and at the channel', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const rail = page.getByRole('complementary', { name: 'What your recipients will see' })
    await rail.getByText('Nothing was measured yet.').waitFor()
    await rail.getByRole('button', { name: 'Measure it now' }).click()
    await rail.getByText(/^Measured .*, from ines@brightwater\.example$/).waitFor()
    await rail.getByText('bounces.mail.fairlead.test', { exact: true }).first().waitFor()
    await rail.getByText('mail.fairlead.test, rsa-sha256').waitFor()
    expect(await rail.getByText(/defect of Fairlead/).count()).toBe(0)
    await expectAccessible(page)

    await page.goto('/settings/channels')
    await page
      .getByRole('button', { name: /Managed servers/ })
      .first()
      .click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText(/^Measured .*, from ines@brightwater\.example$/).waitFor()
    await expectAccessible(page)
  }, 240_000)
})
