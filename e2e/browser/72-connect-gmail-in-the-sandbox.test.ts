import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openCompose } from './compose-page.ts'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

const account = 'ines@brightwater.example'
const gmail = `Gmail (${account})`
const microsoft = `Microsoft 365 (${account})`

describe.skipIf(!hasBrowser)('accounts in the sandbox', () => {
  test('Gmail and Microsoft 365 are connected with one click each, and Gmail carries mail as the account', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/settings/channels?client=google')
    // The walk through the admin's own client warns of the mode in which every account has to be connected each week.
    await page.getByText('In testing mode every grant ends after 7 days.').waitFor()
    await page.goto('/settings/channels')
    await connect(page, gmail)
    await connect(page, microsoft)
    await expectFitsPhone(page)

    const chosen = page.waitForResponse(
      answer => answer.request().method() === 'PATCH' && answer.url().includes('/identities/'),
    )
    await page.getByLabel(`Channel for ${account}`).selectOption({ label: gmail })
    expect((await chosen).status()).toBe(200)
    await write(page)
    await page.keyboard.press('Control+Enter')
    await page.getByText('Sending in 10 seconds.').waitFor()

    await page.goto('/conversations/delivered')
    await page.getByRole('row').filter({ hasText: 'Through the account' }).click()
    await page.getByText('Accepted by Gmail').waitFor()
    await page.getByText('Handed to Gmail’s interface, simulated').waitFor()
    await page.getByText(`Sent as Ines Calder <${account}>`).waitFor()
    await page.getByText('1,999 left').waitFor()
    await expectUsed(page)
  }, 240_000)
})

/** One click, and one that confirms the account; the next kind that is not connected comes first. */
async function connect(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect, simulated' }).filter({ visible: true }).first().click()
  const asked = page.getByRole('dialog')
  await asked.getByText(account, { exact: true }).waitFor()
  await asked.getByText('Simulated', { exact: true }).waitFor()
  await asked.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText(`${name} is connected.`).waitFor()
  await page
    .getByRole('button', { name: `Manage ${name}` })
    .filter({ visible: true })
    .waitFor()
}

/** Both accounts with what they can do and what is left of the day. The one look for accessibility: it takes seconds. */
async function expectFitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('heading', { name: gmail }).filter({ visible: true }).waitFor()
  await page.getByText('2,000 of 2,000 emails left today').filter({ visible: true }).waitFor()
  await page.getByText('10,000 of 10,000 recipients left today').filter({ visible: true }).waitFor()
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  await expectAccessible(page)
  await page.setViewportSize({ width: 1440, height: 900 })
}

/** An email whose recipient will see the account's own address. */
async function write(page: Page): Promise<void> {
  await page.goto('/compose')
  const compose = await openCompose(page)
  await compose.addTo('marta@norrfell.example')
  await page.getByLabel('Subject').fill('Through the account')
  await compose.message.click()
  await page.keyboard.type('Hi Marta')
  const seen = page.getByRole('complementary', { name: 'What your recipients will see' })
  await seen.getByText(`<${account}>`).waitFor()
  await seen.getByText(`A reply goes to ${account}, and Fairlead shows it here too.`).waitFor()
  await seen.getByText('2,000 of 2,000 emails', { exact: true }).waitFor()
  await seen.getByText('The details in Gmail say signed-by brightwater.example.').waitFor()
}

/** What was sent counts in the account's day. */
async function expectUsed(page: Page): Promise<void> {
  await page.goto('/settings/channels')
  await page.getByRole('button', { name: `Manage ${gmail}` }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByText('1 of 2,000', { exact: true }).waitFor()
  await drawer.getByText(/^Watched; last looked at /).waitFor()
}
