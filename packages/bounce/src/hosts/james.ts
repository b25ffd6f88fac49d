import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const james: HostRule = {
  name: 'hosts/james',
  system: 'Apache James',
  version: '2 and 3',
  source: 'https://james.apache.org (DSNBounce, BounceMail mailets)',
  signs: [{ text: 'failed recipient(s):' }],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine],
    begin: ['failed recipient(s)'],
    shared: ['error message'],
  },
}
