import { exchangeServer } from './exchange-server.ts'
import { google } from './google.ts'
import { microsoft } from './microsoft.ts'
import { apple, china, orange, small, yahoo } from './others.ts'
import type { ProviderTable } from './provider-rule.ts'

/** Every provider's table; the first rule that holds speaks. */
export const allProviders: readonly ProviderTable[] = [
  exchangeServer,
  microsoft,
  google,
  yahoo,
  apple,
  orange,
  china,
  small,
]
