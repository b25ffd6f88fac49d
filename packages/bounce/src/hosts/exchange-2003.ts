import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const exchange2003: HostRule = {
  name: 'hosts/exchange-2003',
  system: 'Microsoft Exchange 5.5, 2000, 2003 (Internet Mail Service)',
  version: '5.5 to 6.5',
  source: 'https://learn.microsoft.com (Exchange 2003 NDR codes)',
  signs: [
    { text: 'did not reach the following recipient' },
    { text: 'the following recipient(s) could not be reached' },
    { text: 'the following recipients could not be reached' },
    { text: 'did not reach some or all of the intended recipients' },
    { text: 'empf\u00e4nger nicht erreicht' },
  ],
  layout: {
    kind: 'list',
    recipient: [
      /^\s*.{0,300}smtp=(?<address>[^\s;<>@]{1,200}@[^\s;<>@]{1,255});?\s+on\s+(?<rest>.*)$/i,
      /^\s*['"]?<?(?<address>[^\s<>@'"]{1,200}@[^\s<>@'"]{1,255})>?['"]?\s+(?:on|am)\s+.*$/i,
      aloneOnLine,
    ],
    begin: ['did not reach the following', 'could not be reached', 'nicht erreicht'],
  },
}
