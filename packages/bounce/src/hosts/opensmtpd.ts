import type { HostRule } from './host-rule.ts'
import { bareColon, bracketColon } from './recipient-lines.ts'

export const opensmtpd: HostRule = {
  name: 'hosts/opensmtpd',
  system: 'OpenSMTPD',
  version: '5.x and later',
  source: 'https://github.com/OpenSMTPD/OpenSMTPD (smtpd/bounce.c)',
  signs: [{ text: 'this is the mailer-daemon, please do not reply' }],
  layout: {
    kind: 'list',
    recipient: [bareColon, bracketColon],
    begin: ['list of recipients'],
    end: ['below is a copy of the original'],
  },
}
