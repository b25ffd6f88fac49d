import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const x3: HostRule = {
  name: 'hosts/x3',
  system: 'an unnamed gateway (X3)',
  version: '2009 and later',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'is an automatically generated delivery status notification' }],
  layout: {
    kind: 'list',
    recipient: [/^\s*\*\s+(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})\s*:?(?<rest>.*)$/, aloneOnLine],
    begin: ['delivery to the following recipient'],
  },
}
