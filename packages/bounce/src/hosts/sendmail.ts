import type { HostRule } from './host-rule.ts'

export const sendmail: HostRule = {
  name: 'hosts/sendmail',
  system: 'sendmail 8 and its kin (Sun, HP-UX, McAfee, AIX, MIMEsweeper, ActiveHunter, IIS SMTPSVC)',
  version: '8.x',
  source: 'sendmail 8, savemail.c',
  signs: [
    { text: 'transcript of session follows' },
    { text: 'had delivery problems' },
    { text: 'fatal errors -----' },
  ],
  layout: { kind: 'transcript' },
}
