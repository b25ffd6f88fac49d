import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const notes: HostRule = {
  name: 'hosts/notes',
  system: 'Lotus Notes and Domino SMTP gateway',
  version: '4.x and 5.x',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'failure reasons' }],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine],
    begin: ['failure reasons'],
    end: ['returned message'],
    reasonStands: 'before',
  },
}
