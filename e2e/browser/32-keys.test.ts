import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openCompose } from './compose-page.ts'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

/** Keys as the list of shortcuts shows them, with what they do. */
async function shownKeys(page: Page): Promise<string[]> {
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await dialog.waitFor()
  const lines = await dialog.getByRole('listitem').allInnerTexts()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  return lines.map(line => line.replace(/\s+/g, ' ').trim())
}

/** What has the focus, and whether somebody who looks can tell. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement)) return { name: '', isSeen: false }
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return {
      name: element.getAttribute('aria-label') ?? element.innerText.trim(),
      isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
    }
  })

/** Sends through the documented API with the page's own session. */
const send = (page: Page, to: string): Promise<void> =>
  page.evaluate(async to => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
    const body = JSON.stringify({ to: [to], subject: `For ${to}`, text: 'Hi' })
    const sent = await fetch('/api/v1/emails', { method: 'POST', headers, body })
    if (!sent.ok) throw new Error(await sent.text())
  }, to)

describe.skipIf(!hasBrowser)('the keyboard', () => {
  test('does what the list of shortcuts says, and Escape leads back', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    for (const name of ['one', 'two', 'three']) await send(page, `${name}@north.example`)
    await page.goto('/conversations/delivered')
    await expect.poll(() => page.getByRole('row').count(), { timeout: 60_000 }).toBe(3)
    const listed = await shownKeys(page)
    for (const line of [
      ...['Next email J', 'Previous email K', 'Next email ↓', 'Previous email ↑', 'Open the email Enter'],
      ...['Select the email X', 'Select up to here Shift X', 'Archive E', 'Correct the address F', 'Retry R'],
      ...['Search the list /', 'Close Esc', 'Search and commands Ctrl K', 'Switch theme Shift T'],
      ...['All shortcuts ?', 'Compose C', 'Conversations G then C', 'Sandbox inbox G then S'],
    ])
      expect(listed).toContain(line)

    await page.getByRole('row').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.getByText('2 of 3').waitFor()
    await page.keyboard.press('ArrowUp')
    await page.getByText('1 of 3').waitFor()
    // A menu that is open takes Escape for itself: the email beside it stays.
    await page.getByRole('button', { name: 'Status' }).click()
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await page.getByText('1 of 3').waitFor()
    expect(await focused(page)).toMatchObject({ name: 'Status' })
    await page.keyboard.press('Escape')
    await page.getByText('1 of 3').waitFor({ state: 'detached' })

    await page.setViewportSize({ width: 1000, height: 800 })
    await page.getByRole('row').nth(1).focus()
    const row = await focused(page)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Back to list' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Back to list' }).waitFor({ state: 'detached' })
    await expect.poll(async () => (await focused(page)).name).toBe(row.name)
    expect((await focused(page)).isSeen).toBe(true)
  })

  test('reaches the palette, places, theme and compose, and lone keys rest where they are turned off', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
    const before = await theme()
    await page.keyboard.press('Shift+T')
    expect(await theme()).not.toBe(before)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search commands' }).fill('identities')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Identities and signatures' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('s')
    await page.getByRole('heading', { level: 1, name: 'Sandbox inbox' }).waitFor()
    await page.keyboard.press('c')
    await openCompose(page)
    const listed = await page.evaluate(() => document.activeElement?.tagName)
    expect(listed).toBe('INPUT')
    await page.keyboard.press('Control+Shift+d')
    await page.getByRole('dialog', { name: 'Which service carries this email' }).waitFor()
    await page.keyboard.press('Escape')
    await page
      .getByRole('dialog', { name: 'Which service carries this email' })
      .waitFor({ state: 'detached' })

    await page.goto('/settings/account')
    await page.getByRole('switch', { name: 'Single-key shortcuts' }).uncheck()
    await page.keyboard.press('c')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search commands' }).waitFor()
    await page.keyboard.press('Escape')
    expect(new URL(page.url()).pathname).toBe('/settings/account')
  })

  test('Tab walks every screen in its order, each stop seen and named', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    for (const path of [
      '/conversations/undelivered',
      '/compose',
      '/settings/channels',
      '/settings/identities',
    ]) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      // Where the page puts the focus itself, as into To, the walk begins there.
      const begins = await page.evaluate(() => document.activeElement === document.body)
      await page.keyboard.press('Tab')
      if (begins) expect(await focused(page)).toMatchObject({ name: 'Skip to content' })
      for (let stop = 0; stop < 25; stop++) {
        await page.keyboard.press('Tab')
        const now = await page.evaluate(stopOf)
        if (now.isPage) break
        expect({ path, ...now }).toMatchObject({ isNamed: true, isSeen: true })
      }
    }
  })
})

/** The element that has the focus; a frame around it counts as the field's own. */
function stopOf() {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body)
    return { isPage: true, html: '', isNamed: true, isSeen: true }
  const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : []
  const named = [
    ...['aria-label', 'aria-labelledby', 'title', 'alt'].map(name => element.getAttribute(name)),
    ...[element.innerText, ...labels.map(label => label.innerText)],
  ]
  const isOutlined = (one: Element): boolean => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== 'none'
  }
  const around = [element, element.parentElement, element.parentElement?.parentElement]
  return {
    isPage: false,
    html: element.outerHTML.slice(0, 120),
    isNamed: named.some(text => text?.trim()),
    isSeen: around.some(one => one instanceof Element && isOutlined(one)),
  }
}
