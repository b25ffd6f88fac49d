import { z } from 'zod'
import { limits } from './limits.ts'

/** tls: from the first byte (RFC 8314); starttls: or nothing (RFC 3207); none: in the clear, the password too. */
export const smtpEncryptions = ['tls', 'starttls', 'starttls-if-offered', 'none'] as const
export type SmtpEncryption = (typeof smtpEncryptions)[number]

/** auto: the safest that the server offers (RFC 4954 and SASL mechanisms). */
export const smtpLogins = ['auto', 'plain', 'login', 'cram-md5', 'xoauth2', 'none'] as const
export type SmtpLoginMethod = (typeof smtpLogins)[number]

const host = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/, 'a host name such as mail.example.com, without port or path')
  .meta({ description: 'name or IP address of the server', examples: ['mail.example.com'] })
const port = z.int().min(1).max(65_535)
const user = z.string().max(limits.addressCharacters)
const pin = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional()
  .meta({ description: 'take this very certificate, whoever signed it; only an admin may set it' })

/** The mailbox of the channel, to see bounces and replies, and to file a copy of what was sent. */
export const smtpMailbox = z.strictObject({
  host,
  port: port.default(993),
  encryption: z.enum(smtpEncryptions).default('tls'),
  user: user.min(1),
  certificateSha256: pin,
  sentFolder: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'where copies go; absent: the one that the server marks as Sent (RFC 6154)' }),
})
export type SmtpMailbox = z.output<typeof smtpMailbox>

/** What a probe found out about the server; null: not checked yet. */
export const smtpMeasured = z.strictObject({
  sizeLimit: z.int().min(0).nullable().default(null).meta({
    description: 'the SIZE it announces, in octets (RFC 1870); 0: it names no limit',
  }),
  takesForeignSender: z.boolean().nullable().default(null).meta({
    description: 'does it take a MAIL FROM at our return-path host?',
  }),
  keepsMessageId: z.boolean().nullable().default(null),
  filesSentCopy: z.boolean().nullable().default(null),
})
export type SmtpMeasured = z.output<typeof smtpMeasured>

/** What a person fills in to connect an SMTP server; the password is beside it, in `smtpLinkSecret`. */
export const smtpLinkForm = z.strictObject({
  host,
  port: port.default(587),
  encryption: z.enum(smtpEncryptions).default('starttls'),
  login: z.enum(smtpLogins).default('auto'),
  user: user.default(''),
  ownDomain: z
    .string()
    .trim()
    .toLowerCase()
    .max(253)
    .regex(/^[a-z0-9][a-z0-9.-]*$/)
    .optional()
    .meta({ description: 'the name in EHLO, where the server asks for one of your own' }),
  certificateSha256: pin,
  maxRecipients: z.int().min(1).max(1_000).optional().meta({
    description: 'recipients of one transaction; absent: as many as an email has',
  }),
  imap: smtpMailbox.nullable().default(null),
  borrowedReturnPath: z.boolean().default(false).meta({
    description: 'use Fairlead’s return path, so that bounces come home; the server must take it',
  }),
})
export type SmtpLinkForm = z.output<typeof smtpLinkForm>

/** What a link of kind smtp stores. */
export const smtpLinkSettings = smtpLinkForm.extend({
  measured: smtpMeasured.default(() => smtpMeasured.parse({})),
})
export type SmtpLinkSettings = z.output<typeof smtpLinkSettings>

/** What a link of kind smtp keeps sealed, as JSON text. For xoauth2 the password is the access token. */
export const smtpLinkSecret = z.strictObject({
  password: z.string().max(10_000).default(''),
  imapPassword: z.string().max(10_000).optional().meta({
    description: 'absent: the same as the password',
  }),
})
export type SmtpLinkSecret = z.output<typeof smtpLinkSecret>
