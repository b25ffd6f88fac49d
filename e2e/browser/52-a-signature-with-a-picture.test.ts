import type { Locator } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { inFrame } from './frames.ts'
import { dotPng, paste } from './paste.ts'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

/** The bytes of the picture are there: a broken one has no width. */
const widthOf = (picture: Locator): Promise<number> =>
  picture.evaluate(image => (image as HTMLImageElement).naturalWidth)

describe.skipIf(!hasBrowser)('a signature with a picture', () => {
  test('is written, pasted and chosen, kept over a reload, shown in compose, and reaches the recipient', async () => {
    const product = await startProduct()
    const page = await product.newPage()
    await setUp(page)
    await page.goto('/settings/identities')
    const editor = page.getByRole('textbox', { name: 'Signature' })
    await editor.click()
    await page.getByRole('button', { name: 'Bold, Ctrl B' }).click()
    await page.keyboard.type('Ines Calder')
    await page.getByRole('button', { name: 'Bold, Ctrl B' }).click()
    await page.keyboard.type(', https://brightwater.example ')
    await paste(page, { picture: true })
    await editor.locator('img[alt="dot"]').waitFor()
    const choose = page.locator('input[type=file][aria-label="Picture in the text"]')
    await choose.setInputFiles({ name: 'poster.png', mimeType: 'image/png', buffer: Buffer.alloc(500_000) })
    await page.getByText('poster.png is too large').waitFor()
    await choose.setInputFiles({
      name: 'drawing.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from('<svg/>'),
    })
    await page.getByText('drawing.svg is no PNG').waitFor()
    await choose.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: dotPng })
    await editor.locator('img[alt="logo"]').waitFor()
    await page.getByText('drawing.svg is no PNG').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save signature' }).click()
    await page.getByText('The signature is saved.').waitFor()
    await page.reload()
    await expect.poll(() => widthOf(editor.locator('img[alt="dot"]'))).toBe(1)
    const preview = 'Signature as it is sent'
    await expect.poll(async () => (await inFrame(page, preview)).pictureWidth).toBe(1)
    expect((await inFrame(page, preview)).html).toContain('<strong>Ines Calder</strong>')

    await page.goto('/compose')
    const compose = await openCompose(page)
    await compose.addTo('marta@northwind.example')
    await page.getByLabel('Subject').fill('With a face')
    await compose.message.click()
    await page.keyboard.type('Hi Marta,')
    const signature = page.getByRole('region', { name: 'Signature' })
    await expect.poll(() => widthOf(signature.locator('img').first())).toBe(1)
    await saved(page)
    await page.getByRole('button', { name: /^Send/ }).click()
    await page.getByText('Sending in 10 seconds.').waitFor()

    await page.goto('/sandbox')
    await page.getByRole('link', { name: /marta@northwind\.example/ }).click()
    const received = 'Text of the email'
    await expect.poll(async () => (await inFrame(page, received)).pictureWidth).toBe(1)
    expect((await inFrame(page, received)).text).toContain('Ines Calder')
    await page.goto('/conversations/delivered')
    await page.getByRole('row').filter({ hasText: 'With a face' }).click()
    await expect.poll(async () => (await inFrame(page, 'The email')).pictureWidth).toBe(1)
  })
})
