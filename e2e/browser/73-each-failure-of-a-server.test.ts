import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ShownCheckStage, showCheckStage } from '@fairlead/contract'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { has } from '../../apps/server/src/testing/needs.ts'
import { startBind } from '../../apps/server/src/testing/start-bind.ts'
import {
  type FailingServer,
  type FailingServers,
  startFailingServers,
} from '../../apps/server/src/testing/start-failing-servers.ts'
import { freePort } from '../../apps/server/src/testing/start-program.ts'
import { expectAccessible, setUp, startProduct } from './start-product.ts'

const user = 'ines@brightwater.example'
/**
 * By hand: `FAIRLEAD_TEST_PICTURES=1 npx vitest run e2e/browser/73` leaves a picture of each, light and dark, wide and
 * narrow. In CI channels/smtp/wizard.test.ts meets the same failures through the API, in a tenth of the time.
 */
const takesPictures = process.env.FAIRLEAD_TEST_PICTURES === '1'
const pictures = join(import.meta.dirname, '..', 'output', 'failures-of-a-server')
/** The steps, as the page calls them. */
const titles: Readonly<Record<string, string>> = {
  ...{ find: 'Find the server', connect: 'Open a connection', encrypt: 'Encrypt', 'sign-in': 'Sign in' },
  ...{ sender: 'Accept the sender', 'test-message': 'Send a test message' },
}
const widths = { 1440: 900, 390: 844 } as const

describe.runIf(takesPictures && has('chromium', 'postfix', 'dovecot', 'bind'))(
  'a server that cannot be connected',
  () => {
    test('each failure stops at its step, in its own words, with what may mend it; wide and narrow', async () => {
      const servers = await startFailingServers(user)
      onTestFinished(() => servers.stop())
      const product = await startProduct(await liveBeside(servers))
      const page = await product.newPage()
      await setUp(page)
      if (takesPictures) await mkdir(pictures, { recursive: true })
      for (const server of servers.all) {
        await page.setViewportSize({ width: 1440, height: 900 })
        const drawer = await check(page, server)
        const { sentence, fixes } = shown(server)
        await drawer.getByText(`Stopped: ${titles[server.told[0]]}`, { exact: true }).waitFor()
        await drawer.getByText(sentence ?? '').waitFor()
        await drawer.getByText(fixes[0]?.sentence ?? '').waitFor()
        await expectWell(page, server.name)
      }
    }, 600_000)
  },
)

/** Types the settings in and presses the button; resolves when it stopped. */
async function check(page: Page, { settings, password, prepare }: FailingServer): Promise<Locator> {
  await page.goto('/settings/channels')
  await page.getByRole('button', { name: 'Connect SMTP server' }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Host', { exact: true }).fill(settings.host)
  await drawer.getByLabel('Port', { exact: true }).first().fill(String(settings.port))
  await drawer.getByLabel('Encryption', { exact: true }).first().selectOption(settings.encryption)
  await drawer.getByLabel('User name', { exact: true }).fill(settings.user)
  await drawer.getByLabel('Password', { exact: true }).fill(password)
  await prepare?.()
  await drawer.getByRole('button', { name: 'Check the connection' }).click()
  await drawer.getByText(/^Stopped: /).waitFor()
  return drawer
}

/** Nothing is hard to read, nothing runs over the edge. */
async function expectWell(page: Page, name: string): Promise<void> {
  await expectAccessible(page)
  for (const [width, height] of Object.entries(widths)) {
    await page.setViewportSize({ width: Number(width), height })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${name} at ${width}`).toBeLessThanOrEqual(0)
    for (const colorScheme of takesPictures ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.getByText(/^Stopped: /).scrollIntoViewIfNeeded()
      const file = `${name.replaceAll(' ', '-')}-${width}-${colorScheme}.png`
      await page.screenshot({ path: join(pictures, file) })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

/** What the page is to say. */
function shown({ told: [stage, code, fix], settings: { host, port } }: FailingServer): ShownCheckStage {
  const name = host.replace(/^\w+/, 'mail')
  const params = { host, port, user, sender: user, date: '2020-02-01', names: name, name }
  return showCheckStage({
    stage,
    state: 'failed',
    sentence: { code, params },
    fixes: [{ code: fix, params }],
  })
}

/** The product in live mode; it knows the company's authority, and a name server that knows its servers. */
async function liveBeside(servers: FailingServers): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-authority-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const authority = join(folder, 'authority.pem')
  await writeFile(authority, servers.authority)
  const names = servers.hosts.map(host => `${host.replace(/\..*$/, '')} A ${servers.address}`)
  const bind = await startBind({ 'brightwater.example': names })
  onTestFinished(() => bind.stop())
  const port = String(await freePort())
  return {
    NODE_EXTRA_CA_CERTS: authority,
    ...{ FAIRLEAD_MODE: 'live', FAIRLEAD_PORT: port, FAIRLEAD_PUBLIC_URL: `http://127.0.0.1:${port}` },
    ...{ FAIRLEAD_MAIL_DOMAIN: 'mail.fairlead.test', FAIRLEAD_DNS_SERVERS: bind.address },
    ...{ FAIRLEAD_INBOUND_HOST: '127.0.0.1', FAIRLEAD_INBOUND_PORT: String(await freePort()) },
    ...{ FAIRLEAD_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8' },
    FAIRLEAD_APP_KEYS: randomBytes(32).toString('base64'),
  }
}
