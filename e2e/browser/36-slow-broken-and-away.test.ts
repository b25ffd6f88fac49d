import type { Page, Route } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible, hasBrowser, setUp, startProduct } from './start-product.ts'

/** Each screen that shows what the API answers, and something that is there once it did. */
const screens: Readonly<Record<string, string>> = {
  '/conversations/undelivered': 'Nothing undelivered',
  '/sandbox': 'Nothing received yet',
  '/settings/identities': 'ines@brightwater.example',
  '/settings/channels': 'Managed servers',
  '/settings/domains': 'No sending domains',
  '/settings/account': 'This browser',
  '/settings/team': 'ines@brightwater.example',
  '/settings/api-keys': 'No API keys',
}

const loading = (page: Page) => page.locator('[role=status][aria-label^=Loading]').first()
const shown = (page: Page, words: string) => page.locator('#main').getByText(words).first()

/** What a page asks for after it knows who is looking at it. */
const isContent = (url: URL): boolean =>
  url.pathname.startsWith('/api/v1/') && !/\/(me|setup|events)$/.test(url.pathname)

describe.skipIf(!hasBrowser)('every screen', () => {
  test('says that it loads, shows why it did not, and is whole after another try', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    for (const [path, words] of Object.entries(screens)) {
      const slow = Promise.withResolvers<void>()
      await page.route(isContent, async route => {
        await slow.promise
        await broken(route)
      })
      await page.goto(path)
      await loading(page).waitFor()
      slow.resolve()
      const again = page.locator('#main').getByRole('button', { name: 'Try again' }).first()
      const askedAgain = page.waitForRequest(request => isContent(new URL(request.url())))
      await again.click()
      await askedAgain
      await page.locator('#main').getByText('Your emails are safe').first().waitFor()
      await expectAccessible(page)
      await page.unroute(isContent)
      // It may also have mended itself by now, as when a live event asks anew.
      await expect
        .poll(async () => {
          if (await again.isVisible()) await again.click({ timeout: 1_000 }).catch(() => undefined)
          return shown(page, words).isVisible()
        })
        .toBe(true)
    }
  })

  test('opens and says so while there is no network; what was typed then is saved when it is back', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    // The code of all screens comes after the first one.
    await Promise.all([page.waitForResponse(/body-editor/), page.goto('/settings/account')])
    await page.waitForLoadState('load')
    await page.context().setOffline(true)
    for (const name of ['Conversations', 'Sandbox inbox', 'Compose']) {
      await page.getByRole('link', { name }).first().click()
      await page.getByRole('heading', { level: 1, name: headings[name] ?? name }).waitFor()
      await page.getByText('You are offline.').first().waitFor()
    }
    await page.getByLabel('Subject').fill('Written on the train')
    await page.getByRole('textbox', { name: 'Message' }).click()
    await page.keyboard.type('Good morning')
    await expectAccessible(page)
    await page.context().setOffline(false)
    await page.getByText('You are offline.').waitFor({ state: 'detached' })
    await page
      .getByText(/^Draft saved/)
      .first()
      .waitFor()
    await page.getByRole('link', { name: 'Sandbox inbox' }).first().click()
    await shown(page, 'Nothing received yet').waitFor()
  })
})

const headings: Readonly<Record<string, string>> = { Compose: 'New email' }

/** As a server answers that has a fault. */
const broken = (route: Route) =>
  route.fulfill({
    status: 500,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      ...{ type: 'about:blank', title: 'Internal error', status: 500 },
      ...{ code: 'internal', detail: 'It failed.', params: {} },
    }),
  })
