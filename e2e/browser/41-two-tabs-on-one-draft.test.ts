import { describe, expect, test } from 'vitest'
import { openCompose, saved } from './compose-page.ts'
import { hasBrowser, setUp, startProduct } from './start-product.ts'

describe.skipIf(!hasBrowser)('two tabs on one draft', () => {
  test('never overwrite each other: the second is shown what the first saved, and chooses', async () => {
    const product = await startProduct()
    const first = await product.newPage()
    await setUp(first)
    await first.goto('/compose')
    await openCompose(first)
    await first.getByLabel('Subject').fill('Before the audit')
    await saved(first)
    await first.waitForURL(/draft=eml_/)
    const second = await first.context().newPage()
    await second.goto(first.url())
    await openCompose(second)

    await first.getByLabel('Subject').fill('From the first tab')
    await saved(first)
    await second.getByLabel('Subject').fill('From the second tab')
    await second.getByText('This draft was changed in another window').waitFor()
    await second.getByText('From the first tab').waitFor()
    await second.keyboard.type(', more')
    await second.getByRole('button', { name: 'Keep what is here' }).click()
    await saved(second)

    await first.getByLabel('Subject').fill('The first once more')
    await first.getByText('From the second tab, more').waitFor()
    await first.getByRole('button', { name: 'Use the other version' }).click()
    await expect.poll(() => first.getByLabel('Subject').inputValue()).toBe('From the second tab, more')
    await first.reload()
    await openCompose(first)
    await expect.poll(() => first.getByLabel('Subject').inputValue()).toBe('From the second tab, more')
  })
})
