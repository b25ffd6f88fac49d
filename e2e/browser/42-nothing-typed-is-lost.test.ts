import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('nothing typed is lost', () => {
  test('while the server is away from a saved draft', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const compose = await openCompose(page)
    await page.getByLabel('Subject').fill('Before')
    await saved(page)
    await product.stop()
    await page.getByLabel('Subject').fill('Typed while it was away')
    await compose.message.click()
    await page.keyboard.type('And this too')
    await page.getByText('Kept on this device').first().waitFor()
    await product.startAgain()
    await page
      .getByText(/^Draft saved/)
      .first()
      .waitFor()
    await page.reload()
    await openCompose(page)
    await expect.poll(() => page.getByLabel('Subject').inputValue()).toBe('Typed while it was away')
    await page.getByText('And this too').waitFor()
  })

  test('when the session ends: asked for the password over the page, or after a reload', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const compose = await openCompose(page)
    await page.context().clearCookies()
    await page.getByLabel('Subject').fill('Typed without a session')
    await page.getByText('Your session has ended').waitFor()
    await page.getByLabel('Password').fill('a long password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await saved(page)

    await page.context().clearCookies()
    await compose.message.click()
    await page.keyboard.type('Kept over the sign-in page')
    await page.getByText('Your session has ended').waitFor()
    await page.reload()
    await page.getByLabel('Email').fill('ines@brightwater.example')
    await page.getByLabel('Password').fill('a long password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Kept over the sign-in page').waitFor()
    await saved(page)
  })
})
