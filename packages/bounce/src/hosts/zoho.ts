import type { HostRule } from './host-rule.ts'

export const zoho: HostRule = {
  name: 'hosts/zoho',
  system: 'Zoho Mail',
  version: '2012 and later',
  source: 'https://www.zoho.com/mail/help/',
  signs: [{ text: 'error_code' }],
  layout: {
    kind: 'list',
    recipient: [/^(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})\s+(?<rest>.*error_code.*)$/i],
  },
}
