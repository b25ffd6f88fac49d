import type { HostRule } from './host-rule.ts'
import { bracketColon } from './recipient-lines.ts'

export const courier: HostRule = {
  name: 'hosts/courier',
  system: 'Courier',
  version: '0.x and 1.x',
  source: 'https://www.courier-mta.org (courierd bounce templates)',
  signs: [
    { text: 'this is a delivery status notification from' },
    { text: 'your message to the following recipients cannot be delivered' },
    { text: 'undeliverable mail' },
  ],
  layout: {
    kind: 'list',
    recipient: [bracketColon],
    begin: ['cannot be delivered', 'undeliverable mail'],
    end: ['if your message was also sent to'],
  },
}
