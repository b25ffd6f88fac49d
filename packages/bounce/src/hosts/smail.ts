import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bareThen, bracketThen } from './recipient-lines.ts'

export const smail: HostRule = {
  name: 'hosts/smail',
  system: 'Smail 3',
  version: '3.x',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'failed addresses follow:' }],
  layout: {
    kind: 'list',
    recipient: [bracketThen, bareThen, aloneOnLine],
    begin: ['failed addresses follow'],
  },
}
