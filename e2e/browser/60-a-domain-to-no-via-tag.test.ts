import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('from a new domain to no via tag', () => {
  test('on one screen: add, publish, and the tag is gone, here and in compose', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const rail = page.getByRole('complementary', { name: 'What your recipients will see' })
    await rail.getByText(/^via /).waitFor()
    await rail.getByRole('link', { name: 'Authenticate the domain instead' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sending domains' }).waitFor()
    await page.getByRole('heading', { name: 'No sending domains' }).waitFor()
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Add domain' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Domain').fill('gmail.com')
    await dialog.getByRole('button', { name: 'Add domain' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('Domain').fill('brightwater.example')
    await dialog.getByRole('button', { name: 'Add domain' }).click()

    await page.getByRole('heading', { level: 1, name: /^brightwater\.example/ }).waitFor()
    const beforeAfter = page.getByRole('region', { name: 'Before and after' })
    await beforeAfter.getByText(/^via /).waitFor()
    await beforeAfter.getByRole('heading', { name: 'When all records are found' }).waitFor()
    expect(await page.getByRole('button', { name: /^Copy value for/ }).count()).toBeGreaterThanOrEqual(4)
    await expectAccessible(page)

    await page.getByRole('button', { name: 'Publish these records in the sandbox' }).click()
    await page.getByText('4 of 4 records found').waitFor()
    await beforeAfter.getByText(/^via /).waitFor({ state: 'detached' })
    await page.getByText('Every record is found.').waitFor()
    await expectAccessible(page)

    await page.goto('/settings/identities')
    await page.getByText('Verified', { exact: true }).first().waitFor()
    await page.goto('/compose')
    await rail.getByText('Gmail shows no via tag: the signature of brightwater.example').waitFor()
    expect(await rail.getByText(/^via /).count()).toBe(0)
    await expectAccessible(page)
  }, 240_000)

  test('an admin removes it, and makes failing DMARC a block, on a phone', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto('/settings/domains')
    const rule = page.getByRole('switch', { name: /Keep mail from being sent/ })
    // The page shows the wish at once; a reload before the answer would take it back.
    const saved = page.waitForResponse(
      answer => answer.url().endsWith('/before-send') && answer.request().method() === 'PUT',
    )
    await rule.check()
    await saved
    await page.reload()
    await expect.poll(() => rule.isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Add domain' }).click()
    await page.getByRole('dialog').getByLabel('Domain').fill('brightwater.example')
    await page.getByRole('dialog').getByRole('button', { name: 'Add domain' }).click()
    await page.getByRole('button', { name: 'Remove domain' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove domain' }).click()
    await page.getByRole('heading', { name: 'No sending domains' }).waitFor()
    await expectAccessible(page)
  }, 240_000)
})
