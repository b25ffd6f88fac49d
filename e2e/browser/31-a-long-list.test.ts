import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('a long list', () => {
  test('a list of 2,000 rows scrolls with a screenful of rows in the page; the frames are told, not judged', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await answerWithRows(page, 2_000)
    await page.goto('/conversations/undelivered')
    await page.getByText('Letter 0', { exact: true }).waitFor()
    const { rows, frames } = await page.evaluate(scrollToTheEnd)
    await page.getByText('Letter 1999', { exact: true }).waitFor()
    const sorted = frames.toSorted((a, b) => a - b)
    const slow = frames.filter(ms => ms > 50).length
    console.info(
      `${frames.length} frames, median ${sorted[Math.floor(sorted.length / 2)]} ms, ${slow} over 50 ms, most rows in the page ${rows}`,
    )
    expect(rows).toBeLessThan(60)
  })
})

const row = {
  ...{ unit: 'delivery', emailId: 'eml_1', threadId: 'thr_1', folder: 'bounced', snippet: 'Hello' },
  ...{ to: [{ name: 'Marta Lind', address: 'marta.lind@example.com' }], recipientCount: 1, replyCount: 0 },
  ...{
    deliveryCounts: { refused: 1 },
    isArchived: false,
    state: 'refused',
    sentence: 'Refused.',
    reason: null,
  },
  ...{ linkId: null, channel: 'managed', identityId: null, createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ sendAt: null, releasedAt: null, settledAt: null },
}

/** From now on the lists have so many rows, all alike but for their number. */
async function answerWithRows(page: Page, count: number): Promise<void> {
  const hourMs = 3_600_000
  await page.route(/\/api\/v1\/conversations\?/, async route => {
    const url = new URL(route.request().url())
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const rows = Array.from({ length: Math.min(100, count - from) }, (_, more) => ({
      ...row,
      deliveryId: `dlv_${from + more}`,
      subject: `Letter ${from + more}`,
      at: new Date(Date.now() - (from + more) * hourMs).toISOString(),
    }))
    const next = from + rows.length
    await route.fulfill({
      json: { rows, nextCursor: next < count ? String(next) : null, previousCursor: null },
    })
  })
}

/** Scrolls until the list grows no more; the length of each frame and the most rows that were in the page. */
async function scrollToTheEnd(): Promise<{ rows: number; frames: number[] }> {
  const list = document.querySelector('[role=grid]')
  if (list === null) throw new Error('there is no list')
  const frames: number[] = []
  let rows = 0
  let last = performance.now()
  for (let still = 0; still < 30; ) {
    const before = list.scrollTop
    list.scrollTop += 400
    const now = await new Promise<number>(resolve => requestAnimationFrame(resolve))
    frames.push(Math.round((now - last) * 10) / 10)
    last = now
    rows = Math.max(rows, list.querySelectorAll('[role=row]').length)
    still = list.scrollTop === before ? still + 1 : 0
  }
  return { rows, frames }
}
