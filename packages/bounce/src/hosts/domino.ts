import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bareThen } from './recipient-lines.ts'

export const domino: HostRule = {
  name: 'hosts/domino',
  system: 'HCL (Lotus) Domino',
  version: 'R5 and later, text of the report',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'not delivered to:\n' }, { text: 'wurde nicht zugestellt an:\n' }],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine, bareThen],
    begin: ['not delivered to:', 'nicht zugestellt an:'],
    shared: ['because:', 'wegen:'],
  },
}
