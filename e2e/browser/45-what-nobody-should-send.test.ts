import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { inFrame } from './frames.ts'
import { paste } from './paste.ts'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

const script = '<script>document.title="ran"</script><img src=x onerror="document.title=\'ran\'">'

/** A letter of Word: each run drags half a kilobyte of style behind it, and the head is longer than the text. */
function wordDocument(paragraphs: number): string {
  const style = `mso-fareast-font-family:"Times New Roman";mso-ansi-language:EN-GB;${'mso-bidi-font-size:11.0pt;'.repeat(18)}`
  const run = (n: number) =>
    `<p class=MsoNormal style='margin-bottom:8.0pt;${style}'><span lang=EN-GB style='${style}'>Paragraph ${n}, about sensors.<o:p></o:p></span></p>`
  const body = Array.from({ length: paragraphs }, (_, n) => run(n)).join('')
  return `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>${'p.MsoNormal{mso-style-qformat:yes}'.repeat(20_000)}</style></head><body>${body}</body></html>`
}

/** Requests to anybody but the product itself. */
function watchStrangers(page: Page, url: string): string[] {
  const asked: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) asked.push(request.url())
  })
  return asked
}

/** Drops a file on the page where an email is written, as from a folder of the desktop. */
const drop = (page: Page, name: string, bytes: number): Promise<void> =>
  page.evaluate(
    ({ name, bytes }) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'video/quicktime' }))
      for (const type of ['dragover', 'drop']) {
        const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })
        document.querySelector('[role=textbox]')?.dispatchEvent(event)
      }
    },
    { name, bytes },
  )

describe.skipIf(!hasBrowser)('what nobody should send', () => {
  test('scripts in a name, a subject and a body are text or nothing, in every list and every frame', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    const strangers = watchStrangers(page, product.url)
    await setUp(page)
    await page.evaluate(async script => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
      const html = `${script}<p>Hello</p><table><tr><td>open<img src="https://spy.example/pixel.gif"><p style="background:url(https://spy.example/2.gif)">`
      const body = {
        to: [`"${script.replaceAll('"', "'")}" <marta@northwind.example>`],
        subject: script,
        html,
      }
      const sent = await fetch('/api/v1/emails', { method: 'POST', headers, body: JSON.stringify(body) })
      if (!sent.ok) throw new Error(await sent.text())
    }, script)
    await page.goto('/conversations/delivered')
    await page.getByRole('row').filter({ hasText: 'document.title' }).click()
    await page.getByRole('heading', { level: 2 }).filter({ hasText: '<script>' }).waitFor()
    await expect.poll(async () => (await inFrame(page, 'The email')).text).toContain('Hello')
    expect((await inFrame(page, 'The email')).html).not.toMatch(/<script|onerror|spy\.example/)
    await page.goto('/sandbox')
    await expect.poll(async () => (await inFrame(page, 'Text of the email')).text).toContain('Hello')
    expect((await inFrame(page, 'Text of the email')).html).not.toMatch(/<script|onerror|src="http/)
    expect(await page.locator('iframe').getAttribute('sandbox')).not.toContain('allow-scripts')
    await expect.poll(() => page.title()).not.toBe('ran')
    expect(strangers).toEqual([])
  })

  test('a Word document of 5 MB becomes an email, and 30 MB that are dropped are refused by name', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const compose = await openCompose(page)
    await compose.message.click()
    const html = wordDocument(3_700)
    expect(html.length).toBeGreaterThan(5_000_000)
    await paste(page, { html })
    await compose.message.getByText('Paragraph 3699, about sensors.').waitFor()
    await saved(page)
    await drop(page, 'film.mov', 30_000_000)
    await page.getByText(/film\.mov.*at most 26 MB/).waitFor()
    await page.reload()
    await compose.message.getByText('Paragraph 3699, about sensors.').waitFor()
    const shown = await page.evaluate(async () => {
      const id = new URL(location.href).searchParams.get('draft')
      return (await fetch(`/api/v1/drafts/${id}`)).json()
    })
    expect(shown.html).not.toMatch(/mso-|MsoNormal/)
    expect(shown.attachments).toEqual([])
  })
})
