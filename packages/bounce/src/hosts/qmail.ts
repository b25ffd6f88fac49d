import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bracketColon } from './recipient-lines.ts'

export const qmail: HostRule = {
  name: 'hosts/qmail',
  system: 'qmail, netqmail, notqmail and patched ones',
  version: '1.03 and later',
  source: 'https://cr.yp.to/proto/qsbmf.txt',
  signs: [
    { text: 'hi. this is the' },
    { text: 'hi. the mta program at' },
    { text: 'this is the mail delivery agent at' },
    { text: 'unfortunately, your mail was not delivered' },
    { text: "we're sorry. there's a problem" },
    { text: 'check your send e-mail address' },
    { text: 'this is the machine generated message from mail service' },
    { text: 'your message could not be delivered' },
    { text: "wasn't able to deliver your message to the following address" },
    { text: 'this is the email server at' },
    { text: 'this is the deliver program at' },
    { text: 'your mail message to the following address(es) could not be delivered' },
  ],
  layout: {
    kind: 'list',
    recipient: [bracketColon, aloneOnLine],
    end: ['--- below this line', '--- enclosed', '--- undelivered'],
  },
}
