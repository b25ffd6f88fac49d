import type { KnownReply } from './known-reply.ts'

const yahoo = 'https://help.yahoo.com/kb/SLN15241.html'
const iCloud = 'https://support.apple.com/en-us/102654'
const fastmail = 'https://www.fastmail.help/hc/en-us/articles/360058752854'
const zoho = 'https://www.zoho.com/mail/help/zoho-smtp.html'
const gmx = 'https://hilfe.gmx.net/pop-imap/einschalten.html'
const yandex = 'https://yandex.com/support/yandex-360/customers/mail/en/mail-clients/others'

/** Providers of mailboxes: most want a password that is made for mail programs. */
export const mailboxReplies: readonly KnownReply[] = [
  {
    words: /#AUTH005|too many bad auth attempts/i,
    stage: 'sign-in',
    sentence: 'sign-in.app-password',
    fixes: ['use-app-password', 'wait-and-retry'],
    example: '535 5.7.0 (#AUTH005) Too many bad auth attempts.',
    source: yahoo,
  },
  {
    words: /^535/m,
    host: /\.(?:yahoo|aol)\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.app-password',
    fixes: ['use-app-password', 'use-full-address'],
    example: '535 5.7.0 (#MBR1212) Incorrect username or password.',
    source: yahoo,
  },
  {
    words: /^535/m,
    host: /\.(?:me|icloud)\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.app-password',
    fixes: ['use-app-password', 'use-full-address'],
    example: '535 5.7.8 Error: authentication failed: (reason unavailable)',
    source: iCloud,
  },
  {
    words: /^535/m,
    host: /\.(?:fastmail|messagingengine)\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.app-password',
    fixes: ['use-app-password', 'use-full-address'],
    example: '535 5.7.0 Incorrect username or password',
    source: fastmail,
  },
  {
    words: /Not authori[sz]ed to send from this header address/i,
    stage: 'test-message',
    sentence: 'sender.not-permitted',
    fixes: ['verify-sender', 'use-own-identity'],
    example: '551 5.7.1 Not authorised to send from this header address',
    source: fastmail,
  },
  {
    words: /535 (?:5\.7\.8 )?Authentication Failed/i,
    host: /\.zoho(?:cloud)?\.[a-z.]+$/,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-app-password', 'use-full-address', 'check-password'],
    example: '535 Authentication Failed',
    source: zoho,
  },
  {
    words: /Relaying disallowed/i,
    stage: 'sender',
    sentence: 'sender.not-permitted',
    fixes: ['use-own-identity', 'verify-sender'],
    example: '553 Relaying disallowed as sales@acme.example',
    source: zoho,
  },
  {
    words: /Unusual sending activity detected/i,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota', 'unlock-account'],
    example: '550 5.4.6 Unusual sending activity detected. Please try after sometime',
    source: zoho,
  },
  {
    words: /Email Outgoing Blocked/i,
    stage: 'test-message',
    sentence: 'sender.not-active',
    fixes: ['unlock-account'],
    example: '554 5.1.8 Email Outgoing Blocked.',
    source: zoho,
  },
  {
    words: /535 Authentication credentials invalid/i,
    host: /\.(?:gmx\.(?:net|com|de)|web\.de|ionos\.[a-z.]+|1und1\.de|kundenserver\.de)$/,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['enable-smtp-access', 'use-app-password', 'use-full-address', 'check-password'],
    example: '535 Authentication credentials invalid',
    source: gmx,
  },
  {
    words: /Sender address is not allowed/i,
    stage: 'sender',
    sentence: 'sender.not-permitted',
    fixes: ['use-own-identity', 'verify-sender'],
    example: '550 Requested action not taken: mailbox unavailable\n550 Sender address is not allowed.',
    source: 'https://www.ionos.com/help/email/troubleshooting-mail-basicmail-business/error-messages/',
  },
  {
    words: /does not have access rights to this service/i,
    stage: 'sign-in',
    sentence: 'sign-in.smtp-auth-off',
    fixes: ['enable-smtp-access', 'use-app-password'],
    example: '535 5.7.8 Error: authentication failed: This user does not have access rights to this service',
    source: yandex,
  },
  {
    words: /mail from address must be same as authorization user/i,
    stage: 'sender',
    sentence: 'sender.not-permitted',
    fixes: ['use-own-identity'],
    example: '501 mail from address must be same as authorization user',
    source: 'https://service.mail.qq.com/detail/0/75',
  },
  {
    words: /535 5\.7\.1 Authentication failed/i,
    host: /\.(?:ovh\.(?:net|ca)|mail\.ovh\.[a-z]+)$/,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-full-address', 'check-password'],
    example: '535 5.7.1 Authentication failed',
    source: 'https://help.ovhcloud.com/csm/en-mx-plan-generic-email-configuration',
  },
]
