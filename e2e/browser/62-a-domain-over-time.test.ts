import { randomBytes } from 'node:crypto'
import type { SendingDomain } from '@fairlead/contract'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { linesOf } from '../../apps/server/src/domains/testing/open-domain-world.ts'
import { sendMail } from '../../apps/server/src/inbound/testing/smtp-client.ts'
import { has } from '../../apps/server/src/testing/needs.ts'
import { startBind } from '../../apps/server/src/testing/start-bind.ts'
import { freePort } from '../../apps/server/src/testing/start-program.ts'
import { expectAccessible, setUp, startProduct } from './start-product.ts'

const domain = 'brightwater.example'

describe.runIf(has('chromium', 'bind'))('a sending domain over time', () => {
  test('its keys change without a gap, two policies are a conflict, gone records a grace, and reports a table, on one open page', async () => {
    const bind = await startBind({
      [domain]: [],
      'fairlead.test': ['mail A 127.0.0.1', 'bounces.mail TXT "v=spf1 a:mail.fairlead.test -all"'],
    })
    onTestFinished(() => bind.stop())
    const inboundPort = await freePort()
    const product = await startProduct(await liveWith(bind.address, inboundPort))
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/settings/domains')
    await page.getByRole('button', { name: 'Add domain' }).click()
    await page.getByRole('dialog').getByLabel('Domain').fill(domain)
    await page.getByRole('dialog').getByRole('button', { name: 'Add domain' }).click()
    await page.getByRole('heading', { level: 1, name: new RegExp(domain) }).waitFor()

    const policy = '_dmarc TXT "v=DMARC1; p=none"'
    await bind.change(domain, [...linesOf(await shown(page)), policy])
    await checkUntil(page, page.getByText('Every record is found.'))

    await page.getByRole('button', { name: 'Change keys' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make the next keys' }).click()
    await page.getByText('The next keys wait for their records. The present ones sign until then.').waitFor()
    await page.getByText('Next signature (DKIM)', { exact: true }).waitFor()
    await expectAccessible(page)
    const whole = [...linesOf(await shown(page)), policy]
    await bind.change(domain, whole)
    await checkUntil(page, page.getByText(/^The new keys sign\. Delete the old records after/))

    await bind.change(domain, [...linesOf(await shown(page)), policy, '_dmarc TXT "v=DMARC1; p=reject"'])
    await checkUntil(page, page.getByText(/^There are 2 DMARC records at _dmarc\.brightwater\.example/))
    await page.getByText('Conflict', { exact: true }).waitFor()
    await expectAccessible(page)

    await bind.change(domain, [policy])
    await checkUntil(page, page.getByText('Record gone', { exact: true }).nth(1))
    await page
      .getByText(/^Goes on until .* Publish the record again before\.$/)
      .first()
      .waitFor()
    await expectAccessible(page)

    const to = (await shown(page)).reportAddress
    expect(
      await sendMail(inboundPort, { to: [to], raw: reportMail(), from: 'dmarc@receiver.example' }),
    ).toMatch(/^250/)
    await page.getByText(/^Receivers report once a day|^No reports yet/).waitFor()
    await expect
      .poll(
        async () => {
          await page.reload()
          await page.getByRole('heading', { name: 'DMARC reports' }).waitFor()
          return page
            .getByText('40 of 42 messages passed in the last 30 days, by reports of receiver.example.')
            .count()
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toBe(1)
    await page.getByText('198.51.100.7').waitFor()
    await expectAccessible(page)
    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  }, 480_000)
})

/** The page looks by itself every 30 seconds; pressed, it looks once what it found is ten seconds old. */
const checkUntil = (page: Page, sight: Locator): Promise<void> =>
  expect
    .poll(
      async () => {
        if (await sight.isVisible()) return true
        await page.getByRole('button', { name: 'Check now' }).click()
        return false
      },
      { timeout: 120_000, interval: 1_000 },
    )
    .toBe(true)

/** The domain as the API shows it to the page. */
const shown = (page: Page): Promise<SendingDomain> =>
  page.evaluate(async () => {
    const { domains } = await (await fetch('/api/v1/domains')).json()
    return domains[0]
  })

async function liveWith(dns: string, inboundPort: number): Promise<Record<string, string>> {
  const port = String(await freePort())
  return {
    ...{ FAIRLEAD_MODE: 'live', FAIRLEAD_PORT: port, FAIRLEAD_PUBLIC_URL: `http://127.0.0.1:${port}` },
    ...{ FAIRLEAD_MAIL_DOMAIN: 'mail.fairlead.test', FAIRLEAD_DNS_SERVERS: dns },
    ...{ FAIRLEAD_INBOUND_HOST: '127.0.0.1', FAIRLEAD_INBOUND_PORT: String(inboundPort) },
    FAIRLEAD_APP_KEYS: randomBytes(32).toString('base64'),
  }
}

/** An aggregate report (RFC 7489 §7.2.1) as a receiver mails it: 40 messages that passed, 2 of a stranger. */
function reportMail(): string {
  const begin = Math.floor(Date.now() / 1_000) - 86_400
  const row = (
    address: string,
    count: number,
    word: string,
  ) => `<record><row><source_ip>${address}</source_ip>
    <count>${count}</count><policy_evaluated><disposition>none</disposition><dkim>${word}</dkim><spf>fail</spf>
    </policy_evaluated></row><identifiers><header_from>${domain}</header_from></identifiers>
    <auth_results><spf><domain>x.example</domain><result>fail</result></spf></auth_results></record>`
  const xml = `<?xml version="1.0"?><feedback><report_metadata><org_name>receiver.example</org_name>
    <email>dmarc@receiver.example</email><report_id>r1</report_id><date_range><begin>${begin}</begin>
    <end>${begin + 86_399}</end></date_range></report_metadata><policy_published><domain>${domain}</domain>
    <p>none</p></policy_published>${row('192.0.2.10', 40, 'pass')}${row('198.51.100.7', 2, 'fail')}</feedback>`
  return [
    ...['From: dmarc@receiver.example', `Subject: Report Domain: ${domain}`, 'MIME-Version: 1.0'],
    'Content-Type: text/xml; name="receiver.example!brightwater.example!1!2.xml"',
    'Content-Disposition: attachment; filename="receiver.example!brightwater.example!1!2.xml"',
    ...['Content-Transfer-Encoding: base64', ''],
    ...(Buffer.from(xml)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    '',
  ].join('\r\n')
}
