import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { expectAccessible, setUp, startProduct, takesAudits } from './start-product.ts'

const screens = [
  ...[
    '/conversations',
    '/conversations/delivered',
    '/compose',
    '/sandbox',
    '/welcome/channel',
    '/welcome/test',
  ],
  ...['identities', 'channels', 'domains', 'account', 'team', 'api-keys'].map(name => `/settings/${name}`),
]

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('[role=status][aria-label^=Loading]').first().waitFor({ state: 'detached' })
}

describe.runIf(takesAudits)('what a person asks of their system', () => {
  test('without motion nothing moves, and everything still opens and closes', async () => {
    const product = await startProduct()
    const page = await product.newPage({ reducedMotion: 'reduce' })
    await setUp(page)
    for (const path of screens) {
      await open(page, path)
      expect({ path, moving: await page.evaluate(moving) }).toEqual({ path, moving: [] })
    }
    await page.goto('/settings/channels')
    await page.getByRole('button', { name: /^Manage / }).click()
    await page.getByRole('dialog').waitFor()
    expect(await page.evaluate(moving)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('in the system’s own colours what is on can be told from what is off, and every edge is there', async () => {
    const product = await startProduct()
    const page = await product.newPage({ forcedColors: 'active' })
    await setUp(page)
    for (const path of screens) {
      await open(page, path)
      expect({ path, found: await page.evaluate(untold) }).toEqual({ path, found: [] })
      await expectAccessible(page)
    }
    await page.goto('/settings/account')
    const look = () =>
      page
        .getByRole('switch')
        .first()
        .evaluate(element => {
          const [own, knob] = [getComputedStyle(element), getComputedStyle(element, '::after')]
          return [own.backgroundColor, own.borderTopWidth, knob.backgroundColor]
        })
    const on = await look()
    await page.getByRole('switch').first().uncheck()
    const off = await look()
    expect(on[0]).not.toBe(off[0])
    // A knob in the colour of its track would be none.
    for (const [track, , knob] of [on, off]) expect(knob).not.toBe(track)
    expect(off[1]).toBe('1px')
  })
})

/** What takes more than an instant to change. */
function moving(): string[] {
  const seconds = (text: string): number =>
    Math.max(...text.split(',').map(one => Number.parseFloat(one) * (one.trim().endsWith('ms') ? 0.001 : 1)))
  return [...document.querySelectorAll('*')]
    .filter(element => {
      const { transitionDuration, transitionDelay, animationDuration, scrollBehavior } =
        getComputedStyle(element)
      const longest = Math.max(...[transitionDuration, transitionDelay, animationDuration].map(seconds))
      return longest > 0.001 || scrollBehavior === 'smooth'
    })
    .map(element => element.outerHTML.slice(0, 80))
}

/** What is on and looks like its neighbours that are off; and what lost its only edge with the shadows. */
function untold(): string[] {
  const lookOf = (element: Element): string => {
    const { backgroundColor, color, borderTopColor, borderTopWidth, outlineStyle } = getComputedStyle(element)
    return [backgroundColor, color, borderTopColor, borderTopWidth, outlineStyle].join(' ')
  }
  const isShown = (element: Element): boolean => element.getClientRects().length > 0
  const states = '[aria-current]:not([aria-current=step]), [aria-pressed=true], [aria-selected=true]'
  const same = [...document.querySelectorAll(states)].filter(isShown).filter(on => {
    const alike = [...document.querySelectorAll(on.tagName)].filter(
      one => isShown(one) && !one.matches(states) && one.className === on.className,
    )
    return alike.some(off => lookOf(off) === lookOf(on))
  })
  const edgeless = [
    ...document.querySelectorAll('.pill, .note, .card, .seg, .sw, .cb, .av, .ch, .meter, .btn'),
  ].filter(element => isShown(element) && Number.parseFloat(getComputedStyle(element).borderTopWidth) === 0)
  return [...same, ...edgeless].map(element => element.outerHTML.slice(0, 100))
}
