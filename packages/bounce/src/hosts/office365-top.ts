import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const office365Top: HostRule = {
  name: 'hosts/office365-top',
  system: 'Microsoft 365',
  version: '2013 and later, first lines of the report',
  source:
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online',
  signs: [
    { text: 'delivery has failed to these recipients' },
    { text: "your message couldn't be delivered" },
    { text: 'your message to' },
    { text: 'echec de la remise' },
    { text: 'fehler bei der nachrichtenzustellung' },
  ],
  layout: {
    kind: 'list',
    recipient: [
      /^\s*.{1,120}[(<](?:mailto:)?(?<address>[^\s<>@()]{1,200}@[^\s<>@()]{1,255})[)>]\s*$/i,
      aloneOnLine,
    ],
    begin: [
      'delivery has failed to these',
      "couldn't be delivered",
      'chec de la remise',
      'fehler bei der nachrichtenzustellung',
    ],
  },
}
