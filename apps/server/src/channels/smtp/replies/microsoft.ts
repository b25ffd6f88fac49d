import { type KnownReply, seenInPractice } from './known-reply.ts'

const devices =
  'https://learn.microsoft.com/en-us/exchange/mail-flow-best-practices/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off'
const dynamics =
  'https://learn.microsoft.com/en-us/dynamics365/fin-ops-core/fin-ops/organization-administration/configure-email'

/** Microsoft 365, Outlook.com and Exchange on premises. */
export const microsoftReplies: readonly KnownReply[] = [
  {
    words: /SmtpClientAuthentication is disabled for the (?:Tenant|Mailbox)/i,
    stage: 'sign-in',
    sentence: 'sign-in.smtp-auth-off',
    fixes: ['use-microsoft-channel', 'enable-smtp-auth'],
    example:
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.',
    source: dynamics,
  },
  {
    words: /5\.7\.139.*basic authentication is disabled/is,
    stage: 'sign-in',
    sentence: 'sign-in.oauth-only',
    fixes: ['use-microsoft-channel'],
    example:
      '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [LO4P265CA0001.GBRP265.PROD.OUTLOOK.COM]',
    source: seenInPractice,
  },
  {
    words: /5\.7\.30.*basic authentication is not supported/is,
    stage: 'sign-in',
    sentence: 'sign-in.oauth-only',
    fixes: ['use-microsoft-channel'],
    example: '550 5.7.30 Basic authentication is not supported for Client Submission.',
    source: seenInPractice,
  },
  {
    words: /5\.7\.139.*did not meet the criteria/is,
    stage: 'sign-in',
    sentence: 'sign-in.security-defaults',
    fixes: ['use-microsoft-channel', 'relax-policy', 'enable-smtp-auth'],
    example:
      '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.',
    source: dynamics,
  },
  {
    words: /5\.7\.139.*user credentials were incorrect/is,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-full-address', 'check-password', 'use-microsoft-channel'],
    example: '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.',
    source: seenInPractice,
  },
  {
    words: /5\.7\.139.*locked/is,
    stage: 'sign-in',
    sentence: 'sign-in.locked',
    fixes: ['unlock-account', 'use-microsoft-channel'],
    example: '535 5.7.139 Authentication unsuccessful, account is locked.',
    source: seenInPractice,
  },
  {
    words: /5\.7\.3 Authentication unsuccessful/i,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-full-address', 'check-password', 'enable-smtp-auth'],
    example: '535 5.7.3 Authentication unsuccessful',
    source: seenInPractice,
  },
  {
    words: /5\.7\.57/,
    stage: 'sender',
    sentence: 'sign-in.required',
    fixes: ['choose-login', 'use-microsoft-channel'],
    example:
      '530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful',
    source: dynamics,
  },
  {
    words: /SendAsDenied/i,
    stage: 'sender',
    sentence: 'sender.not-permitted',
    fixes: ['grant-send-as', 'use-own-identity'],
    example:
      '554 5.2.252 SendAsDenied; ann@acme.example not allowed to send as sales@acme.example; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
    source: seenInPractice,
  },
  {
    words: /5\.7\.60/,
    stage: 'sender',
    sentence: 'sender.not-permitted',
    fixes: ['grant-send-as', 'use-own-identity'],
    example: '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    source: devices,
  },
  {
    words: /5\.7\.54|unable to relay recipient in non-accepted domain/i,
    stage: 'sender',
    sentence: 'sender.relay-denied',
    fixes: ['choose-login', 'allow-address', 'ask-admin'],
    example: '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain',
    source: seenInPractice,
  },
  {
    words: /5\.7\.4 Unrecognized authentication type/i,
    stage: 'sign-in',
    sentence: 'sign-in.method-refused',
    fixes: ['use-starttls', 'change-login-method', 'choose-no-login'],
    example: '504 5.7.4 Unrecognized authentication type',
    source: seenInPractice,
  },
  {
    words: /5\.7\.3 STARTTLS is required/i,
    stage: 'sender',
    sentence: 'sign-in.needs-tls',
    fixes: ['use-starttls'],
    example: '451 5.7.3 STARTTLS is required to send mail',
    source: seenInPractice,
  },
  {
    words: /4\.3\.2.*(?:concurrent connections|sender thread) limit/is,
    stage: 'test-message',
    sentence: 'busy',
    fixes: ['wait-and-retry'],
    example:
      '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.',
    source: seenInPractice,
  },
  {
    words: /SubmissionQuotaExceeded|5\.1\.90/i,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota'],
    example:
      "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    source: seenInPractice,
  },
  {
    words: /5\.1\.8.*(?:bad outbound sender|access denied)/is,
    stage: 'test-message',
    sentence: 'sender.not-active',
    fixes: ['unlock-account', 'ask-admin'],
    example: '550 5.1.8 Access denied, bad outbound sender AS(42004)',
    source: devices,
  },
  {
    words: /4\.7\.0 Temporary authentication failure|4\.7\.0 Temporary server error/i,
    host: /outlook\.com$|office365\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.temporary',
    fixes: ['wait-and-retry'],
    example: '451 4.7.0 Temporary server error. Please try again later. PRX4',
    source: seenInPractice,
  },
]
