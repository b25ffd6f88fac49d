import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const verizon: HostRule = {
  name: 'hosts/verizon',
  system: 'Verizon Wireless (vtext, vzwpix)',
  version: '2006 and later',
  source: 'observed in public collections of returned mail',
  signs: [
    { from: 'post_master@vtext.com' },
    { from: 'vzwpix.com' },
    { text: 'message could not be delivered to mobile' },
  ],
  layout: { kind: 'list', recipient: [labelled('(?:rcpt )?to:')], reasonStands: 'before' },
}
