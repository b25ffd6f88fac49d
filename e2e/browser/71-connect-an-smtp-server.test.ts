import { randomBytes } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeAuthority } from '../../apps/server/src/testing/make-authority.ts'
import { has } from '../../apps/server/src/testing/needs.ts'
import { startBind } from '../../apps/server/src/testing/start-bind.ts'
import { type MailServer, startMailServer } from '../../apps/server/src/testing/start-mail-server.ts'
import { freePort } from '../../apps/server/src/testing/start-program.ts'
import { expectAccessible, setUp, startProduct } from './start-product.ts'

const user = 'ines@brightwater.example'
const host = 'mail.brightwater.example'

describe.runIf(has('chromium', 'postfix', 'dovecot', 'bind'))('an SMTP server of one’s own', () => {
  test('stops at the step that failed, takes what mends it, is saved, carries mail, and says when its password is refused', async () => {
    const mail = await startCompanyServer()
    const product = await startProduct(await liveBeside(mail))
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/settings/channels')
    await page.getByRole('button', { name: 'Connect SMTP server' }).click()
    const drawer = page.getByRole('dialog')
    await connectAfterThreeFailures(page, drawer)
    await page.setViewportSize({ width: 1440, height: 900 })
    await drawer.getByLabel('Name', { exact: true }).fill('Exchange')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Exchange is connected.').waitFor()

    await send(page, 'first@customer.example')
    const [arrived] = await mail.postfix.arrived('first@customer.example', 1)
    expect(String(arrived)).toContain(`From: Ines Calder <${user}>`)
    await expectAccessible(page)
    expect(await page.content()).not.toContain('secret')

    await mail.dovecot.setPassword(user, 'another')
    // What is signed in stays so: a process that starts has to sign in again.
    await product.stop()
    await product.startAgain()
    await page.goto('/settings/channels')
    await send(page, 'second@customer.example')
    // The page tells it twice, for wide and for narrow windows.
    await page.getByText('Password rejected').filter({ visible: true }).waitFor()
    await page.getByText('1 email waiting').filter({ visible: true }).waitFor()
  }, 480_000)
})

/** An unknown name, a certificate that nobody vouches for, half a user name: each stops at its own step. */
async function connectAfterThreeFailures(page: Page, drawer: Locator): Promise<void> {
  await drawer.getByLabel('Host', { exact: true }).fill('gone.brightwater.example')
  await drawer.getByLabel('User name', { exact: true }).fill('ines')
  await drawer.getByLabel('Password', { exact: true }).fill('secret')
  await drawer.getByRole('button', { name: 'Check the connection' }).click()
  await drawer.getByText('There is no server named gone.brightwater.example.').waitFor()
  await drawer.getByText('Stopped: Find the server').waitFor()
  await drawer.getByLabel('Host', { exact: true }).fill(host)
  await drawer.getByRole('button', { name: 'Check all of it again' }).click()
  await drawer.getByText('Stopped: Encrypt').waitFor()
  await drawer.getByText('SHA-256 fingerprint').waitFor({ state: 'attached' })
  await expectAccessible(page)
  await drawer.getByRole('button', { name: 'Pin this certificate' }).click()
  await drawer.getByText('Stopped: Sign in').waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  await expectAccessible(page)
  await drawer.getByLabel('User name', { exact: true }).fill(user)
  await drawer.getByRole('button', { name: 'Check again from there' }).click()
  await drawer.getByText('It works').waitFor()
}

async function startCompanyServer(): Promise<MailServer> {
  const authority = await makeAuthority()
  const mail = await startMailServer({
    users: { [user]: 'secret' },
    certificate: await authority.issue([host]),
    domains: ['customer.example', 'brightwater.example'],
  })
  onTestFinished(() => mail.stop())
  return mail
}

/** The product in live mode, with a name server that knows where the company's server is. */
async function liveBeside(mail: MailServer): Promise<Record<string, string>> {
  const bind = await startBind({ 'brightwater.example': [`mail A ${mail.postfix.address}`] })
  onTestFinished(() => bind.stop())
  const port = String(await freePort())
  return {
    ...{ FAIRLEAD_MODE: 'live', FAIRLEAD_PORT: port, FAIRLEAD_PUBLIC_URL: `http://127.0.0.1:${port}` },
    ...{ FAIRLEAD_MAIL_DOMAIN: 'mail.fairlead.test', FAIRLEAD_DNS_SERVERS: bind.address },
    ...{ FAIRLEAD_INBOUND_HOST: '127.0.0.1', FAIRLEAD_INBOUND_PORT: String(await freePort()) },
    ...{ FAIRLEAD_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8' },
    FAIRLEAD_APP_KEYS: randomBytes(32).toString('base64'),
  }
}

/** Sends through the documented API with the page's own session, by the default identity's channel. */
const send = (page: Page, to: string): Promise<void> =>
  page.evaluate(async to => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
    const body = JSON.stringify({ to: [to], subject: 'Over our own server', text: 'Hi' })
    const sent = await fetch('/api/v1/emails', { method: 'POST', headers, body })
    if (!sent.ok) throw new Error(await sent.text())
  }, to)
