import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const mailfoundry: HostRule = {
  name: 'hosts/mailfoundry',
  system: 'MailFoundry',
  version: '2.x',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'unable to deliver message to:' }],
  layout: {
    kind: 'list',
    recipient: [labelled('unable to deliver message to:')],
    end: ['no further delivery attempts'],
  },
}
