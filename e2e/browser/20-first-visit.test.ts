import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startNewProduct, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('the first visit', () => {
  test('makes the workspace, signs in, survives a reload, and signs out and in again', async () => {
    const product = await startNewProduct()
    const page = await product.newPage()
    await page.goto('/')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('Enter your name.').waitFor()
    await setUp(page)
    await page.reload()
    await page.getByRole('navigation', { name: 'Main', exact: true }).waitFor()
    await page.goto('/settings/account')
    await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: /Ines Calder, Brightwater/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Email').fill('ines@brightwater.example')
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('No account has this address with this password').waitFor()
    await page.getByLabel('Password').fill('a long password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Main', exact: true }).waitFor()
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
