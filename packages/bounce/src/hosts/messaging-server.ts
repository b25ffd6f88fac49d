import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const messagingServer: HostRule = {
  name: 'hosts/messaging-server',
  system: 'Sun/Oracle Messaging Server, PMDF',
  version: '5 to 8',
  source: 'Oracle Communications Messaging Server reference, notification templates',
  signs: [{ text: 'recipient address:' }],
  layout: {
    kind: 'list',
    recipient: [labelled('recipient address:')],
    end: ['reporting-mta:', 'original-envelope-id:'],
  },
}
