import type { HostRule } from './host-rule.ts'
import { bracketThen, labelled } from './recipient-lines.ts'

export const ezweb: HostRule = {
  name: 'hosts/ezweb',
  system: 'au (EZweb)',
  version: '2004 and later',
  source: 'observed in public collections of returned mail',
  signs: [
    { from: 'ezweb.ne.jp' },
    { from: 'au.com', text: 'each of the following recipients' },
    { text: 'each of the following recipients was rejected by a remote' },
    { text: 'the following recipients did not receive this message' },
  ],
  layout: {
    kind: 'list',
    recipient: [labelled('recipient:'), bracketThen, labelled('could not be delivered to:')],
  },
}
