import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

/** Sends through the documented API with the page's own session. */
const send = (page: Page, email: Readonly<Record<string, unknown>>): Promise<void> =>
  page.evaluate(async body => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
    const sent = await fetch('/api/v1/emails', { method: 'POST', headers, body: JSON.stringify(body) })
    if (!sent.ok) throw new Error(await sent.text())
  }, email)

const row = (page: Page, words: string) => page.getByRole('row').filter({ hasText: words })
const html = '<p style="color:#a00">Hi,</p><script>document.title="ran"</script><p>See you <b>there</b>.</p>'

describe.skipIf(!hasBrowser)('Conversations', () => {
  test('emails appear live, a bounced one is corrected and sent again, a delivered one is archived and brought back', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/conversations/undelivered')
    await page.getByText('Nothing undelivered').waitFor()
    await send(page, { to: ['Marta Lind <missing@example.com>'], subject: 'Cold-room sensors', html })
    await row(page, 'Mailbox does not exist').click()
    await page.getByRole('heading', { name: 'Cold-room sensors' }).waitFor()
    await page.reload()
    await page.getByText('550 5.1.1', { exact: false }).first().waitFor()
    await expect.poll(() => page.evaluate(frameText)).toContain('Hi,See you there.')
    await expect.poll(() => page.title()).toContain('Failed deliveries')
    await page.keyboard.press('f')
    await page.getByLabel('Address', { exact: true }).fill('marta.lind@example.com')
    await page.getByRole('button', { name: 'Send to this address' }).click()
    await page.getByText('Sent to marta.lind@example.com.').waitFor()
    await page
      .getByRole('link', { name: /^Delivered/ })
      .first()
      .click()
    await row(page, 'Cold-room sensors').click()
    await page.getByRole('button', { name: 'Archive', exact: true }).click()
    await page.getByText('1 email archived.').waitFor()
    await page.getByText('No emails here').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await row(page, 'Cold-room sensors').waitFor()
    await page.reload()
    await row(page, 'Cold-room sensors').waitFor()
  })

  test('keys move, select, retry and search; the phone opens an email over the list', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/conversations/undelivered')
    for (const name of ['One', 'Two', 'Three'])
      await send(page, { to: [`${name} <full@example.com>`], subject: `Letter ${name}`, text: name })
    await expect.poll(() => page.getByRole('row').count(), { timeout: 60_000 }).toBe(3)
    await page.keyboard.press('j')
    await page.getByText('1 of 3').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('j')
    await page.getByText('2 of 3').waitFor()
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('Shift+X')
    await page.getByText('2 selected').waitFor()
    await page.getByRole('button', { name: 'Delete' }).first().click()
    await page.getByText('2 rows deleted.').waitFor()
    await expect.poll(() => page.getByRole('row').count()).toBe(1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => page.getByRole('row').count()).toBe(3)
    await page.keyboard.press('/')
    await page.keyboard.type('letter two')
    await expect.poll(() => page.getByRole('row').count()).toBe(1)
    expect(page.url()).toContain('q=letter')
    await page.reload()
    await expect.poll(() => page.getByRole('row').count()).toBe(1)
    await page.setViewportSize({ width: 390, height: 844 })
    await row(page, 'Mailbox is full').click()
    await page.getByRole('button', { name: 'Back to list' }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('button', { name: 'Back to list' }).count()).toBe(0)
  })
})

/** What the email in the frame says; the frame runs no scripts, so it is read from outside. */
const frameText = () => document.querySelector('iframe')?.contentDocument?.body.textContent
