import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { setUp, startProduct, takesAudits } from './start-product.ts'

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

describe.runIf(takesAudits)('every screen', () => {
  test('holds every text 40 % longer, wide and narrow, in light and dark', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    const screens = [
      ...[
        '/conversations/undelivered',
        '/sandbox',
        '/settings/domains',
        '/settings/team',
        '/settings/api-keys',
      ],
      ...['/settings/identities', '/settings/channels'],
      ...['/compose', '/settings/account', '/welcome/channel', '/welcome/test', '/conversations'],
    ]
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 844 })
        for (const path of screens) {
          await page.goto(`${path}?pseudo`)
          await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
          await page.getByText(/~/).first().waitFor()
          expect({ path, width, overflow: await overflowOf(page) }).toMatchObject({ overflow: 0 })
        }
      }
    }
  })
})
