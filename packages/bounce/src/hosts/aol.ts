import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const aol: HostRule = {
  name: 'hosts/aol',
  system: 'AOL',
  version: '1998 to 2012',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'mail to the following recipients could not be delivered' }],
  layout: { kind: 'list', recipient: [aloneOnLine], begin: ['could not be delivered'] },
}
