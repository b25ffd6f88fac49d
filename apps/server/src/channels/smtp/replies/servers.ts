import { type KnownReply, programs, seenInPractice } from './known-reply.ts'

const [postfix, dovecot] = programs
const hMail =
  'https://github.com/hmailserver/hmailserver/blob/master/hmailserver/source/Server/SMTP/SMTPConnection.cpp'

/** Server programs that people run themselves; these words come from many hosts, so the special ones stand before. */
export const serverReplies: readonly KnownReply[] = [
  {
    words: /must issue a STARTTLS command first/i,
    stage: 'sign-in',
    sentence: 'sign-in.needs-tls',
    fixes: ['use-starttls', 'use-port-465'],
    example: '530 5.7.0 Must issue a STARTTLS command first',
    source: postfix,
  },
  {
    words: /must issue STARTTLS first/i,
    stage: 'sign-in',
    sentence: 'sign-in.needs-tls',
    fixes: ['use-starttls', 'use-port-465'],
    example: '530 Must issue STARTTLS first.',
    source: hMail,
  },
  {
    words: /SSL\/TLS-connection is required for authentication/i,
    stage: 'sign-in',
    sentence: 'sign-in.needs-tls',
    fixes: ['use-starttls', 'use-port-465'],
    example: '530 A SSL/TLS-connection is required for authentication.',
    source: hMail,
  },
  {
    words: /Sender address rejected: not owned by/i,
    stage: 'sender',
    sentence: 'sender.not-permitted',
    fixes: ['grant-send-as', 'use-own-identity'],
    example: '553 5.7.1 <sales@acme.example>: Sender address rejected: not owned by user ann@acme.example',
    source: postfix,
  },
  {
    words: /Sender address rejected: Domain not found|5\.1\.8 .*domain of sender/is,
    stage: 'sender',
    sentence: 'sender.unknown-domain',
    fixes: ['check-identity', 'ask-admin'],
    example: '450 4.1.8 <ann@acme.example>: Sender address rejected: Domain not found',
    source: postfix,
  },
  {
    words: /Temporary authentication failure/i,
    stage: 'sign-in',
    sentence: 'sign-in.temporary',
    fixes: ['wait-and-retry', 'ask-admin'],
    example: '454 4.7.0 Temporary authentication failure: Connection lost to authentication server',
    source: postfix,
  },
  {
    words: /authentication not enabled|AUTH command used when not advertised/i,
    stage: 'sign-in',
    sentence: 'sign-in.not-offered',
    fixes: ['use-port-587', 'use-starttls', 'choose-no-login'],
    example: '503 5.5.1 Error: authentication not enabled',
    source: postfix,
  },
  {
    words:
      /Invalid authentication mechanism|AUTH(?:entication)? mechanism not supported|Unsupported authentication mechanism/i,
    stage: 'sign-in',
    sentence: 'sign-in.method-refused',
    fixes: ['change-login-method'],
    example: '535 5.7.8 Error: authentication failed: Invalid authentication mechanism',
    source: postfix,
  },
  {
    words: /too many connections|too many concurrent/i,
    stage: 'connect',
    sentence: 'too-many-connections',
    fixes: ['wait-and-retry'],
    example: '421 4.7.0 mail.acme.example Error: too many connections from 192.0.2.1',
    source: postfix,
  },
  {
    words: /too much mail from|too many (?:messages|new TLS sessions|AUTH commands) from/i,
    stage: 'sender',
    sentence: 'too-much-mail',
    fixes: ['wait-and-retry'],
    example: '450 4.7.1 Error: too much mail from 192.0.2.1',
    source: postfix,
  },
  {
    words: /gr[ae]y-?list/i,
    stage: 'sender',
    sentence: 'greylisted',
    fixes: ['wait-and-retry', 'ask-admin'],
    example:
      '450 4.2.0 <bob@rcpt.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/rcpt.example.html',
    source: seenInPractice,
  },
  {
    words: /Incorrect authentication data/i,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-full-address', 'check-password'],
    example: '535 Incorrect authentication data',
    source: seenInPractice,
  },
  {
    words: /exceeded the max emails per hour|max defers and failures per hour/i,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota'],
    example:
      'Domain acme.example has exceeded the max emails per hour (50/50 (100%)) allowed. Message discarded.',
    source: seenInPractice,
  },
  {
    words:
      /relay(?:ing)? (?:access )?(?:denied|not permitted)|Delivery is not allowed to this address|unable to relay/i,
    stage: 'sender',
    sentence: 'sender.relay-denied',
    fixes: ['choose-login', 'allow-address', 'ask-admin'],
    example: '550 relay not permitted, authentication required',
    source: seenInPractice,
  },
  {
    words: /SMTP authentication is required|not logged in|Authentication required|must authenticate/i,
    stage: 'sender',
    sentence: 'sign-in.required',
    fixes: ['choose-login'],
    example: '530 SMTP authentication is required.',
    source: seenInPractice,
  },
  {
    words: /Restarting authentication process/i,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-full-address', 'check-password'],
    example: '535 Authentication failed. Restarting authentication process.',
    source: hMail,
  },
  {
    words: /Too many invalid (?:logon attempts|logins|commands|passwords)|too many authentication failures/i,
    stage: 'sign-in',
    sentence: 'sign-in.too-many',
    fixes: ['wait-and-retry', 'check-password'],
    example: '535 Authentication failed. Too many invalid logon attempts.',
    source: hMail,
  },
  {
    words: /Plaintext authentication disallowed|5\.7\.10|5\.7\.11/i,
    stage: 'sign-in',
    sentence: 'sign-in.needs-tls',
    fixes: ['use-starttls', 'use-port-465'],
    example: '523 5.7.10 Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
    source: dovecot,
  },
  {
    words: /(?:Helo|Client host|EHLO) (?:command )?rejected/i,
    stage: 'sender',
    sentence: 'connect.turned-away',
    fixes: ['allow-address', 'ask-admin'],
    example: '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied',
    source: postfix,
  },
  {
    words:
      /authentication (?:failed|failure)|invalid (?:login|credentials|username|user|password)|login (?:failed|incorrect)|bad (?:username|login|password)/i,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-full-address', 'check-password', 'use-app-password'],
    example: '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6',
    source: postfix,
  },
]
