import { defineConfig } from '@lingui/conf'
import { formatter } from '@lingui/format-po'

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en'],
  catalogs: [{ path: 'src/i18n/locales/{locale}', include: ['src'] }],
  orderBy: 'message',
  // Line numbers would make every change of a screen a change of the catalogue.
  format: formatter({ lineNumbers: false }),
})
