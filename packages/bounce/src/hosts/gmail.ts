import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const gmail: HostRule = {
  name: 'hosts/gmail',
  system: 'Gmail',
  version: 'first and second generation, 2006 to 2016',
  source: 'observed in public collections of returned mail',
  signs: [
    { text: 'delivery to the following recipient failed' },
    { text: 'delivery to the following recipients failed' },
    { text: 'delivery to the following recipient has been delayed' },
    { text: 'delivery to the following recipient was aborted' },
    { text: 'delivery to the following recipients was aborted' },
  ],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine],
    begin: ['delivery to the following recipient'],
    shared: ['technical details of', 'message will be retried', 'final-recipient'],
  },
}
