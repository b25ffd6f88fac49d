import { type KnownReply, seenInPractice } from './known-reply.ts'

const relay = 'https://support.google.com/a/answer/6140680'

/** smtp.gmail.com and Google Workspace's relay. */
export const googleReplies: readonly KnownReply[] = [
  {
    words: /5\.7\.9 .*Application-specific password required|InvalidSecondFactor/is,
    stage: 'sign-in',
    sentence: 'sign-in.app-password',
    fixes: ['use-gmail-channel', 'use-app-password'],
    example:
      '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor',
    source: seenInPractice,
  },
  {
    words: /5\.7\.14 .*(?:accounts\.google\.com|log in (?:via|with) your web browser)|WebLoginRequired/is,
    stage: 'sign-in',
    sentence: 'sign-in.browser',
    fixes: ['use-gmail-channel', 'sign-in-with-browser'],
    example:
      '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in with your web browser and then try again.\n534 5.7.14 https://support.google.com/mail/answer/78754',
    source: seenInPractice,
  },
  {
    words: /5\.7\.8 Username and Password not accepted|p=BadCredentials/i,
    host: /(?:gmail|google|googlemail)\.com$/,
    stage: 'sign-in',
    sentence: 'sign-in.password',
    fixes: ['use-gmail-channel', 'use-app-password', 'use-full-address', 'check-password'],
    example:
      '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8 https://support.google.com/mail/?p=BadCredentials',
    source: seenInPractice,
  },
  {
    words: /5\.7\.0 Authentication Required.*google|p=WantAuthError/is,
    stage: 'sender',
    sentence: 'sign-in.required',
    fixes: ['choose-login', 'use-gmail-channel'],
    example:
      '530-5.7.0 Authentication Required. For more information, go to\n530 5.7.0 https://support.google.com/mail/?p=WantAuthError',
    source: seenInPractice,
  },
  {
    words: /4\.7\.0 Too many login attempts/i,
    stage: 'sign-in',
    sentence: 'sign-in.too-many',
    fixes: ['wait-and-retry', 'use-gmail-channel'],
    example: '454 4.7.0 Too many login attempts, please try again later.',
    source: seenInPractice,
  },
  {
    words: /5\.4\.5 .*sending (?:limit|quota)/is,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota'],
    example:
      '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\n550-5.4.5 sending limits go to\n550 5.4.5 https://support.google.com/a/answer/166852',
    source: seenInPractice,
  },
  {
    words: /Invalid credentials for relay/i,
    stage: 'sender',
    sentence: 'sign-in.address-blocked',
    fixes: ['allow-address', 'choose-login'],
    example:
      "550-5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address you've registered in your Workspace SMTP Relay service doesn't match the domain of the account this email is being sent from.",
    source: relay,
  },
  {
    words: /5\.7\.1 Daily SMTP relay .*limit/is,
    stage: 'test-message',
    sentence: 'test.limit',
    fixes: ['wait-for-quota'],
    example: '550 5.7.1 Daily SMTP relay sending limit exceeded for this customer.',
    source: relay,
  },
]
