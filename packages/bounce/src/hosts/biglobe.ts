import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const biglobe: HostRule = {
  name: 'hosts/biglobe',
  system: 'BIGLOBE',
  version: '2005 and later',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'non-delivered information' }],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine],
    begin: ['had delivery problems'],
    shared: ['non-delivered information'],
  },
}
