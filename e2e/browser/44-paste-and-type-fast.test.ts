import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { paste } from './paste.ts'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

/** What browsers call a long task (W3C Long Tasks): a key that costs more is felt. */
const longTaskMs = 50

const word = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>${'p.MsoNormal{mso-style-qformat:yes}'.repeat(1_000)}</style></head>
<body><!--StartFragment--><p class=MsoNormal style="color:red"><span style='font-weight:700'>Two things</span><o:p></o:p></p>
<p class=MsoListParagraph style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">·<span>&nbsp;&nbsp; </span></span><![endif]>Sensor logs</p>
<p class=MsoListParagraph style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·<span>&nbsp;&nbsp; </span></span>A spare gateway</p>
<p onclick="alert(1)">End<img src="http://elsewhere.example/pixel.gif"></p><script>alert(1)</script><!--EndFragment--></body></html>`

describe.skipIf(!hasBrowser)('pasting and typing', () => {
  test('a Word list stays a list, a picture stands in the text, addresses come by the hundred', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const compose = await openCompose(page)
    await page.getByLabel('To', { exact: true }).focus()
    const addresses = Array.from({ length: 99 }, (_, at) => `person${at}@delivered.example`)
    await paste(page, { text: [...addresses, 'not an address'].join('\n') })
    await page.getByText('and 40 more').waitFor()
    await page.getByText('not an address: it has no @.').waitFor()

    await compose.message.click()
    await paste(page, { html: word })
    expect(await compose.message.locator('ul > li').allInnerTexts()).toEqual([
      'Sensor logs',
      'A spare gateway',
    ])
    expect(await compose.message.locator('strong').allInnerTexts()).toEqual(['Two things'])
    expect(
      await compose.message.locator('img:not(.ProseMirror-separator), script, [style], [onclick]').count(),
    ).toBe(0)
    await paste(page, { picture: true })
    await compose.message.locator('img[alt="dot.png"]').waitFor()
    await saved(page)
    await page.reload()
    await compose.message.locator('img[alt="dot.png"]').waitFor()
    expect(
      await compose.message
        .locator('img[alt="dot.png"]')
        .evaluate(image => (image as HTMLImageElement).naturalWidth),
    ).toBe(1)
  })

  test('typing in a body of 200 kB costs less than a long task a key', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/compose')
    const compose = await openCompose(page)
    await compose.message.click()
    await paste(page, {
      html: `<p>${'Sensor logs every 60 seconds, for your auditor. '.repeat(8)}</p>`.repeat(520),
    })
    await saved(page)
    await page.evaluate(() => {
      const found: number[] = []
      new PerformanceObserver(list => found.push(...list.getEntries().map(entry => entry.duration))).observe({
        type: 'event',
        durationThreshold: 16,
      } as PerformanceObserverInit)
      Object.assign(window, { slowEvents: found })
    })
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const busyMs = async () => {
      const { metrics } = await cdp.send('Performance.getMetrics')
      return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
    }
    const before = await busyMs()
    await page.keyboard.type(
      'Fairlead keeps up with whoever types here, also while it saves the draft. '.repeat(2),
      {
        delay: 12,
      },
    )
    await saved(page)
    const slow = await page.evaluate(() => Reflect.get(window, 'slowEvents') as number[])
    const eachMs = ((await busyMs()) - before) / 150
    const slowest = Math.max(0, ...slow)
    console.log(
      `200 kB: ${eachMs.toFixed(1)} ms of the page's thread a key; the slowest event painted after ${slowest} ms`,
    )
    // The thread's own time, saving included: how long an event waits depends on what else the machine does.
    expect(eachMs).toBeLessThan(longTaskMs)
  })
})
