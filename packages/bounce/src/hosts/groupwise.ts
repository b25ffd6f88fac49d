import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const groupwise: HostRule = {
  name: 'hosts/groupwise',
  system: 'Novell GroupWise and NTMail',
  version: '4 to 8',
  source: 'https://www.novell.com/documentation/groupwise',
  signs: [{ header: ['x-mailer', 'groupwise'] }, { header: ['x-mailer', 'ntmail'] }],
  layout: {
    kind: 'list',
    recipient: [
      /^\S{0,80}\s*[(<](?<address>[^\s<>@()]{1,200}@[^\s<>@()]{1,255})[)>]\s*(?<rest>.*)$/,
      aloneOnLine,
      /^\s*(?<address>[^\s<>@():]{1,200}@[^\s<>@():]{1,255})\s+(?<rest>.*)$/,
    ],
  },
}
