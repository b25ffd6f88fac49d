import type { HostRule } from './host-rule.ts'

export const googleGroups: HostRule = {
  name: 'hosts/google-groups',
  system: 'Google Groups',
  version: '2008 and later',
  source: 'https://support.google.com/groups',
  signs: [
    { text: 'groups.google.com/support' },
    { text: 'support.google.com/a/answer', from: 'mailer-daemon@google' },
    { text: 'google groups', from: 'mailer-daemon@google' },
  ],
  layout: { kind: 'header' },
  reason: 'policy.sender-rejected',
}
