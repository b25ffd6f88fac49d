import type { Reply } from '../mx/wording.ts'

/** A login that does not go well, chosen by the part of the user name before any `@`. */
export interface Login {
  readonly localPart: string
  /** One sentence for people. */
  readonly says: string
  /** Said in place of "signed in". */
  readonly refusal?: Reply
  /** Said at MAIL to another sender than the login itself. */
  readonly refusesOthers?: Reply
  /** Said at MAIL, whoever sends. */
  readonly refusesAll?: Reply
  /** What its words follow. */
  readonly source: string
}

const google = 'https://support.google.com/a/answer/3726730'
const submission =
  'https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission'

export const logins: readonly Login[] = [
  {
    localPart: 'wrong-password',
    says: 'The login is refused: 535.',
    refusal: { code: 535, lines: ['5.7.8 Error: authentication failed: authentication failure'] },
    source: 'https://www.postfix.org/SASL_README.html',
  },
  {
    localPart: 'app-password',
    says: 'The login is refused: an app password is wanted.',
    refusal: {
      code: 534,
      lines: [
        '5.7.9 Application-specific password required. For more information, go to',
        '5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor',
      ],
    },
    source: google,
  },
  {
    localPart: 'smtp-off',
    says: 'The login is refused: Authenticated SMTP is switched off for the mailbox.',
    refusal: {
      code: 535,
      lines: [
        '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.',
      ],
    },
    source: submission,
  },
  {
    localPart: 'one-sender',
    says: 'Only the login’s own address may send; another sender is refused at MAIL with 553.',
    refusesOthers: { code: 553, lines: ['5.7.1 Sender address rejected: not owned by user'] },
    source: 'https://www.postfix.org/postconf.5.html#reject_sender_login_mismatch',
  },
  {
    localPart: 'over-limit',
    says: 'The account has used up its daily limit: each mail is refused with 550 5.4.5 and waits.',
    refusesAll: { code: 550, lines: ['5.4.5 Daily user sending limit exceeded.'] },
    source: google,
  },
]

/** A server whose certificate is not in order, by its name. */
export interface NamedServer {
  readonly host: string
  readonly says: string
  readonly certificate: 'expired' | 'other-name' | 'self-signed'
}

export const servers: readonly NamedServer[] = [
  { host: 'expired.sandbox.test', says: 'Its certificate ran out.', certificate: 'expired' },
  {
    host: 'other-name.sandbox.test',
    says: 'Its certificate is for another name.',
    certificate: 'other-name',
  },
  {
    host: 'self-signed.sandbox.test',
    says: 'Nobody vouches for its certificate.',
    certificate: 'self-signed',
  },
]
