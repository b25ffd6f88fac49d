import { i18n } from '@lingui/core'

/** Loads the catalogue and makes it the page's. `?pseudo` shows every text 40 % longer, to find what breaks. */
export async function activateLanguage(search: string): Promise<void> {
  const { messages } = await import('./locales/en.po')
  if (!new URLSearchParams(search).has('pseudo')) {
    i18n.loadAndActivate({ locale: 'en', messages })
    return
  }
  const { lengthen } = await import('./lengthen.ts')
  i18n.loadAndActivate({ locale: 'en', messages: lengthen(messages) })
}
