import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bareColon, bareThen, bracketColon } from './recipient-lines.ts'

export const einsundeins: HostRule = {
  name: 'hosts/einsundeins',
  system: '1&1, IONOS, kundenserver.de',
  version: '2005 and later',
  source: 'observed in public collections of returned mail',
  signs: [
    { from: 'kundenserver', text: 'created automatically by mail delivery software' },
    { text: 'for the following reason:', from: 'mailer-daemon' },
    { from: 'mailer-daemon@1and1' },
  ],
  layout: {
    kind: 'list',
    recipient: [aloneOnLine, bracketColon, bareColon, bareThen],
    begin: ['the following address'],
    end: ['--- the header'],
  },
}
