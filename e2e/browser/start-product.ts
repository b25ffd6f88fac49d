import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { createTestDatabase } from '../../apps/server/src/testing/test-database.ts'
import { startFairleadProcess } from '../testing/start-fairlead.ts'

const chromiumPath = '/usr/bin/chromium'
/** Whether there is a browser here to test with; a suite without one is named as not run. */
export const hasBrowser = existsSync(chromiumPath)
/** The long looks at every screen are taken by hand, because CI has 25 minutes (docs/testing.md). */
export const takesAudits = hasBrowser && process.env.FAIRLEAD_TEST_AUDITS === '1'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

export interface Product {
  readonly url: string
  /** A page of a browser of its own, not signed in unless `options` say so. Its console must stay clean. */
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** Ends it, as when its machine goes down; `startAgain` brings it back at the same address with the same data. */
  stop(): Promise<void>
  startAgain(): Promise<void>
}

/**
 * The product in processes of its own and a real browser; both end with the test. Its database is one of the tests'
 * own server, which stands already; `startNewProduct` runs the product with nothing at all, as `npm start` does.
 */
export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const database = await createTestDatabase()
  onTestFinished(() => database.close())
  const appKeys = randomBytes(32).toString('base64')
  return startNewProduct({ FAIRLEAD_DATABASE_URL: database.url, FAIRLEAD_APP_KEYS: appKeys, ...env })
}

/** As the first `npm start` on a machine: an empty folder, in which it makes its database. */
export async function startNewProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const data = await mkdtemp(join(tmpdir(), 'fairlead-browser-'))
  // As root, the database's own user has to pass through.
  await chmod(data, 0o711)
  const start = (port: string) =>
    startFairleadProcess({
      env: { FAIRLEAD_DATA: data, FAIRLEAD_PORT: port, FAIRLEAD_INBOUND_PORT: '0', ...env },
    })
  let fairlead = await start('0')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: quiet })
  onTestFinished(async () => {
    await browser.close()
    await fairlead.stop()
    await rm(data, { recursive: true, force: true })
  })
  const url = /"url":"([^"]+)"/.exec(fairlead.output())?.[1]
  if (url === undefined) throw new Error(`It did not say where it listens:\n${fairlead.output()}`)
  let isAway = false
  return {
    url,
    newPage: (options = {}) => newPage({ browser, url, options, isAway: () => isAway }),
    stop: () => {
      isAway = true
      return fairlead.stop()
    },
    startAgain: async () => {
      fairlead = await start(new URL(url).port)
      isAway = false
    },
  }
}

async function newPage(wanted: {
  browser: Browser
  url: string
  options: BrowserContextOptions
  isAway: () => boolean
}): Promise<Page> {
  const context = await wanted.browser.newContext({
    baseURL: wanted.url,
    viewport: { width: 1440, height: 900 },
    ...wanted.options,
  })
  // A loaded machine must not decide; what hangs is ended by the test's own time.
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (message.type() !== 'error' || isExpected(message.location().url, message.text())) return
    // A page that fetches ahead finds nobody there, and the browser says so.
    if (wanted.isAway() && /ERR_CONNECTION_(REFUSED|RESET)/.test(message.text())) return
    complaints.push(`${message.text()} ${message.location().url}`)
  })
  onTestFinished(() => expect(complaints).toEqual([]))
  return page
}

/**
 * The browser itself notes every answer of 400 and above, and what a test without network did not get; the API's
 * refusals are shown on the page, and tested there.
 */
function isExpected(url: string, text: string): boolean {
  const { pathname } = new URL(url || 'about:blank')
  if (!text.startsWith('Failed to load resource')) return false
  return (
    pathname.startsWith('/api/') || (pathname === '/mark.svg' && text.includes('ERR_INTERNET_DISCONNECTED'))
  )
}

const accessibleWithinMs = 120_000

/**
 * Nothing that axe calls serious or critical (WCAG 2.2 AA). All of it runs in the page at once: frames are strangers'
 * mail, which runs no scripts.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
  const tooSlow = new AbortController()
  const { violations } = await Promise.race([
    new AxeBuilder({ page })
      .setLegacyMode(true)
      .options({ runOnly, resultTypes: ['violations'] })
      .analyze(),
    // Playwright's own limits do not hold for what runs in the page.
    delay(accessibleWithinMs, undefined, { signal: tooSlow.signal }).then(() => {
      throw new Error(`axe did not end within ${accessibleWithinMs} ms`)
    }),
  ]).finally(() => tooSlow.abort())
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' | ')}`)).toEqual([])
}

/** The first visitor's account and workspace, through the page; they stand before the test mail then. */
export async function createAccount(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Your name').fill('Ines Calder')
  await page.getByLabel('Work email').fill('ines@brightwater.example')
  await page.getByLabel('Company').fill('Brightwater')
  await page.getByLabel('Password').fill('a long password')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Who carries your email?' }).waitFor()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'Send a test' }).waitFor()
}

/** The first visitor's way in, without the test mail. */
export async function setUp(page: Page): Promise<void> {
  await createAccount(page)
  await page.getByRole('link', { name: 'Skip' }).click()
  await page.getByRole('navigation', { name: 'Main', exact: true }).waitFor()
}
