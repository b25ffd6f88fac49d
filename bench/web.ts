import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { type Browser, chromium, type Page } from 'playwright-core'
import { fillMailbox, type MailboxOfMany } from '../apps/server/src/conversations/testing/mailbox-of-many.ts'
import { asEngine } from '../apps/server/src/platform/database/as-role.ts'
import { connect, type Db } from '../apps/server/src/platform/database/connect.ts'
import { openEmbeddedPostgres } from '../apps/server/src/platform/database/embedded-postgres.ts'
import { migrate } from '../apps/server/src/platform/database/migrate.ts'
import { bootstrapEmbedded } from '../apps/server/src/platform/database/roles.ts'
import type { LinkId } from '../apps/server/src/platform/ids.ts'
import { startFairleadProcess } from '../e2e/testing/start-fairlead.ts'

/**
 * What a person at the browser waits for: the first page, a key in a large email, a frame of a long list. Needs
 * Debian's Chromium and a built app (`npm run build`). `node bench/web.ts --emails 100000 --rows 20000 --loads 7`
 */
const { values } = parseArgs({
  options: {
    /** Emails of the mailbox. */
    emails: { type: 'string', default: '100000' },
    /** Rows of the list that are scrolled through. */
    rows: { type: 'string', default: '20000' },
    /** How often the first page is loaded, each time by a browser that knows nothing of it. */
    loads: { type: 'string', default: '7' },
    browser: { type: 'string', default: '/usr/bin/chromium' },
  },
})
const emails = Number(values.emails)
const rows = Number(values.rows)

const shareOf = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)

function say(what: string, all: readonly number[], unit: string): void {
  const sorted = all.toSorted((a, b) => a - b)
  const [middle, most, last] = [shareOf(sorted, 0.5), shareOf(sorted, 0.95), shareOf(sorted, 1)]
  console.log(
    `${what}: median ${middle} ${unit}, 95 % ${most} ${unit}, longest ${last} ${unit} (${sorted.length})`,
  )
}

/** From asking for the page until its button takes a press. */
async function loadFirstPage(browser: Browser, url: string): Promise<void> {
  const found: { painted: number; usable: number }[] = []
  for (let n = 0; n < Number(values.loads); n++) {
    const context = await browser.newContext({ baseURL: url })
    const page = await context.newPage()
    await page.goto('/')
    await page.getByRole('button', { name: 'Create account' }).waitFor()
    found.push(
      await page.evaluate(async () => {
        const usable = performance.now()
        // The browser tells of the paint a moment after it.
        const painted = await new Promise<number>(resolve =>
          new PerformanceObserver(list => {
            for (const { name, startTime } of list.getEntries())
              if (name === 'first-contentful-paint') resolve(startTime)
          }).observe({ type: 'paint', buffered: true }),
        )
        return { painted, usable }
      }),
    )
    await context.close()
  }
  say(
    'first page, first paint',
    found.map(({ painted }) => painted),
    'ms',
  )
  say(
    'first page, usable',
    found.map(({ usable }) => usable),
    'ms',
  )
}

async function setUp(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Your name').fill('Ines Calder')
  await page.getByLabel('Work email').fill('ines@brightwater.example')
  await page.getByLabel('Company').fill('Brightwater')
  await page.getByLabel('Password').fill('a long password')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Continue' }).waitFor()
}

async function ownerOf(db: Db): Promise<MailboxOfMany & { linkId: LinkId }> {
  const found = await asEngine(db, tx =>
    sql<MailboxOfMany & { linkId: LinkId }>`
      select m.workspace_id as "workspaceId", m.id as "memberId", l.id as "linkId" from fairlead.member m
      join fairlead.link l on l.workspace_id = m.workspace_id and l.kind = 'managed'
      where m.address = 'ines@brightwater.example'`.execute(tx),
  )
  const [owner] = found.rows
  if (owner === undefined) throw new Error('nobody was set up')
  return owner
}

/** As the database does by itself in time. */
async function tidy(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
}

/** Keys in an email of 200 kB: what the page's own thread spends on each, and tasks of over 50 ms. */
async function typeInALargeEmail(page: Page): Promise<void> {
  await page.goto('/compose')
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.click()
  await page.evaluate(
    html => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/html', html)
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      )
    },
    `<p>${'Sensor logs every 60 seconds, for your auditor. '.repeat(8)}</p>`.repeat(520),
  )
  await page
    .getByText(/^Draft saved/)
    .first()
    .waitFor()
  await page.evaluate(watchTasks)
  const text = 'Fairlead keeps up with whoever types here, also while it saves the draft. '.repeat(4)
  await page.keyboard.type(text, { delay: 25 })
  await page
    .getByText(/^Draft saved/)
    .first()
    .waitFor()
  const { tasks, keys } = await page.evaluate(
    () => Reflect.get(window, 'seen') as { tasks: number[]; keys: number[] },
  )
  console.log(
    `typing ${text.length} keys in 200 kB: ${tasks.length} tasks over 50 ms ${JSON.stringify(tasks)}`,
  )
  say('typing, a key until the next paint, where over 16 ms', keys, 'ms')
}

/** Long tasks, and keys that were painted later than a frame. */
function watchTasks(): void {
  const seen: { tasks: number[]; keys: number[] } = { tasks: [], keys: [] }
  const note = (into: number[]) => (list: PerformanceObserverEntryList) =>
    into.push(...list.getEntries().map(({ duration }) => Math.round(duration)))
  new PerformanceObserver(note(seen.tasks)).observe({ type: 'longtask' })
  new PerformanceObserver(note(seen.keys)).observe({
    type: 'event',
    durationThreshold: 16,
  } as PerformanceObserverInit)
  Object.assign(window, { seen })
}

/** Scrolls as a wheel that never rests; frames in which the end of what is loaded was reached are told apart. */
async function scrollTheList(page: Page): Promise<void> {
  await page.goto('/conversations')
  await page.getByRole('row').first().waitFor()
  await page.evaluate(watchTasks)
  const { frames, waits } = await page.evaluate(scroll, rows)
  const { tasks } = await page.evaluate(() => Reflect.get(window, 'seen') as { tasks: number[] })
  say(`scrolling ${rows} of ${emails} emails, a frame`, frames, 'ms')
  const late = frames.filter(ms => ms > 20).length
  console.log(
    `scrolling: ${(100 * (1 - late / frames.length)).toFixed(2)} % of ${frames.length} frames in time for 60 a second, ` +
      `${tasks.length} tasks over 50 ms, ${waits} frames waited for the next page`,
  )
}

async function scroll(wanted: number): Promise<{ frames: number[]; waits: number }> {
  const list = document.querySelector('[role=grid]')
  if (list === null) throw new Error('there is no list')
  const frames: number[] = []
  let waits = 0
  let last = await new Promise<number>(resolve => requestAnimationFrame(resolve))
  for (let still = 0; list.scrollTop < wanted * 56 && still < 600; ) {
    const before = list.scrollTop
    list.scrollTop += 300
    const now = await new Promise<number>(resolve => requestAnimationFrame(resolve))
    const isAtEnd = list.scrollTop === before
    if (isAtEnd) waits += 1
    else frames.push(now - last)
    still = isAtEnd ? still + 1 : 0
    last = now
  }
  return { frames, waits }
}

const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'))
// As root, the database's own user has to pass through.
await chmod(folder, 0o711)
const server = await openEmbeddedPostgres({ dataFolder: folder })
await bootstrapEmbedded(server)
await migrate(server.url)
const env = { FAIRLEAD_DATABASE_URL: server.url, FAIRLEAD_DATA: folder, FAIRLEAD_PORT: '0' }
// Without a worker: what waits in the mailbox must not leave while it is looked at.
const fairlead = await startFairleadProcess({ env, roles: ['http'] })
const url = /"url":"([^"]+)"/.exec(fairlead.output())?.[1] ?? ''
const browser = await chromium.launch({
  executablePath: values.browser,
  args: ['--no-sandbox', '--disable-gpu'],
})
const db = connect({ url: server.url, most: 2 })
try {
  await loadFirstPage(browser, url)
  const page = await browser.newPage({ baseURL: url, viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(120_000)
  await setUp(page)
  await fillMailbox(db, await ownerOf(db), emails)
  await tidy(server.superuserUrl('fairlead'))
  await typeInALargeEmail(page)
  await scrollTheList(page)
} finally {
  await browser.close()
  await fairlead.stop()
  await db.destroy()
  await server.close('stop')
  await rm(folder, { recursive: true, force: true })
}
