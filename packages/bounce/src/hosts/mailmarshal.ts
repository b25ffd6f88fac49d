import type { HostRule } from './host-rule.ts'
import { aloneOnLine } from './recipient-lines.ts'

export const mailmarshal: HostRule = {
  name: 'hosts/mailmarshal',
  system: 'Trustwave MailMarshal SMTP',
  version: '2006 and later',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'the following recipients were affected' }],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine],
    begin: ['could not be delivered because of', 'the following recipients were affected'],
    end: ['additional information'],
    reasonStands: 'before',
  },
}
