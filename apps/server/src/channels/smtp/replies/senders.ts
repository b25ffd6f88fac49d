import { type KnownReply, seenInPractice } from './known-reply.ts'

const ses = 'https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html'
const sendGrid =
  'https://www.twilio.com/docs/sendgrid/for-developers/sending-email/smtp-errors-and-troubleshooting'
const sparkPost = 'https://support.sparkpost.com/docs/faq/error-messages-smtp'
/** Services that send for others: their logins are their own, and they want to know the sender first. */
export const senderReplies: readonly KnownReply[] = [
  {
    words: /535 Authentication Credentials Invalid/i,
    host: /\.amazonaws\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.smtp-credentials',
    fixes: ['use-smtp-credentials', 'check-password'],
    example: '535 Authentication Credentials Invalid',
    source: ses,
  },
  {
    words: /Email address is not verified/i,
    stage: 'test-message',
    sentence: 'sender.unverified',
    fixes: ['verify-sender', 'activate-account'],
    example:
      '554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: ann@acme.example',
    source: ses,
  },
  {
    words: /not authorized to perform `?ses:SendRawEmail/i,
    stage: 'test-message',
    sentence: 'sender.not-permitted',
    fixes: ['grant-send-as', 'ask-admin'],
    example:
      "554 Access denied: User `arn:aws:iam::123456789012:user/ses' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:123456789012:identity/acme.example'",
    source: ses,
  },
  {
    words: /Throttling failure: Daily message quota exceeded/i,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota', 'activate-account'],
    example: '454 Throttling failure: Daily message quota exceeded.',
    source: ses,
  },
  {
    words: /Throttling failure: Maximum sending rate exceeded/i,
    stage: 'test-message',
    sentence: 'busy',
    fixes: ['wait-and-retry'],
    example: '454 Throttling failure: Maximum sending rate exceeded.',
    source: ses,
  },
  {
    words: /Authentication failed: (?:Bad username \/ password|The provided authorization grant is invalid)/i,
    stage: 'sign-in',
    sentence: 'sign-in.api-key',
    fixes: ['use-api-key', 'check-password'],
    user: 'apikey',
    example: '535 Authentication failed: The provided authorization grant is invalid, expired, or revoked',
    source: seenInPractice,
  },
  {
    words: /does not match a verified Sender Identity/i,
    stage: 'test-message',
    sentence: 'sender.unverified',
    fixes: ['verify-sender'],
    example:
      '550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.',
    source: sendGrid,
  },
  {
    words: /Maximum credits exceeded/i,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota'],
    example: '451 Authentication failed: Maximum credits exceeded',
    source: sendGrid,
  },
  {
    words: /Unauthenticated senders not allowed/i,
    stage: 'sender',
    sentence: 'sign-in.required',
    fixes: ['choose-login'],
    example: '550 Unauthenticated senders not allowed',
    source: sendGrid,
  },
  {
    words: /5\.7\.8 Sorry/,
    stage: 'sign-in',
    sentence: 'sign-in.api-key',
    fixes: ['use-api-key', 'check-password'],
    user: 'SMTP_Injection',
    example: '535 5.7.8 Sorry.',
    source: sparkPost,
  },
  {
    words: /Unconfigured Sending Domain/i,
    stage: 'test-message',
    sentence: 'sender.unverified',
    fixes: ['verify-sender'],
    example: '550 5.7.1 Unconfigured Sending Domain <acme.example>',
    source: sparkPost,
  },
  {
    words: /^535/m,
    host: /\.mailgun\.org$/,
    stage: 'sign-in',
    sentence: 'sign-in.smtp-credentials',
    fixes: ['use-smtp-credentials', 'use-full-address', 'check-password'],
    example: '535 5.7.0 Authentication failed',
    source: seenInPractice,
  },
  {
    words: /Domain \S+ is not allowed to send/i,
    stage: 'test-message',
    sentence: 'sender.not-active',
    fixes: ['activate-account', 'verify-sender'],
    example:
      '421 Domain sandbox1.mailgun.org is not allowed to send: Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients in Account Settings.',
    source: seenInPractice,
  },
  {
    words: /^535/m,
    host: /\.postmarkapp\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.api-key',
    fixes: ['use-api-key', 'check-password'],
    user: 'the Server API token',
    example: '535 5.7.8 Error: authentication failed',
    source: seenInPractice,
  },
  {
    words: /From header sender domain not verified/i,
    stage: 'test-message',
    sentence: 'sender.unverified',
    fixes: ['verify-sender'],
    example: '550 From header sender domain not verified (acme.example)',
    source: seenInPractice,
  },
  {
    words: /Relay access denied - please authenticate/i,
    stage: 'sender',
    sentence: 'sign-in.required',
    fixes: ['choose-login', 'use-smtp-credentials'],
    example: '550 Relay access denied - please authenticate',
    source: seenInPractice,
  },
]
