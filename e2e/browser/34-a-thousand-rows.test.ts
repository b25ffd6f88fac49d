import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { setUp, startProduct, takesAudits } from './start-product.ts'

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

describe.runIf(takesAudits)('every screen with a list', () => {
  test('takes 1,000 rows without running off the page, wide or narrow', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    const grown: readonly (readonly [string, RegExp, string])[] = [
      ['/settings/identities', /\/api\/v1\/identities$/, 'identities'],
      ['/settings/team', /\/api\/v1\/members$/, 'members'],
      ['/sandbox', /\/api\/v1\/sandbox\/messages\?/, 'messages'],
    ]
    await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
      const body = JSON.stringify({ to: ['marta@northwind.example'], subject: 'One', text: 'Hi' })
      await fetch('/api/v1/emails', { method: 'POST', headers, body })
    })
    await page.goto('/sandbox')
    await page.getByRole('heading', { level: 2, name: 'One' }).waitFor()
    for (const [path, request, name] of grown) {
      await page.route(request, async route => {
        const answer = await route.fetch()
        const body = (await answer.json()) as Record<string, { id: string }[]>
        const [one] = body[name] ?? []
        const rows = Array.from({ length: 1_000 }, (_, n) => ({
          ...one,
          id: `${one?.id}${n}`,
          isDefault: n === 0,
        }))
        await route.fulfill({ response: answer, json: { ...body, [name]: rows } })
      })
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 844 })
        await page.goto(path)
        const rows = path === '/sandbox' ? page.locator('.sbx-r') : page.locator('tbody tr')
        await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(1_000)
        expect({ path, width, overflow: await overflowOf(page) }).toMatchObject({ overflow: 0 })
      }
    }
  })
})
