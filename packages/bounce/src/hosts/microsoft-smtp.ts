import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bracketThen } from './recipient-lines.ts'

export const microsoftSmtp: HostRule = {
  name: 'hosts/microsoft-smtp',
  system: 'Microsoft SMTPSVC, Hotmail',
  version: '2000 and later',
  source: 'observed in public collections of returned mail',
  signs: [
    { text: 'email below could not be delivered to the following user' },
    { text: 'delivery to the following recipients was aborted' },
    { text: 'delevery to the following recipients' },
  ],
  layout: {
    kind: 'list',
    recipient: [bracketThen, aloneOnLine],
    begin: ['following user', 'to the following recipients'],
  },
}
