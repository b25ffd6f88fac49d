import { z } from 'zod'
import { limits } from './limits.ts'
import { route } from './route.ts'
import { smtpLinkForm, smtpMailbox } from './smtp-link.ts'

/** Kinds that serve a provider’s mailboxes better than its SMTP does. */
const connectWith = z.enum(['gmail', 'microsoft']).nullable().meta({
  description: 'a delivery channel of its own that does better than SMTP: point there first',
})

const presetSettings = smtpLinkForm.pick({ port: true, encryption: true, login: true, user: true }).extend({
  host: z.string().meta({ description: 'empty: the person names it' }),
  imap: smtpMailbox
    .extend({ user: z.string().meta({ description: 'empty: the person names it' }) })
    .nullable(),
})

export const smtpPreset = z
  .object({
    id: z.string(),
    name: z.string(),
    settings: presetSettings,
    connectWith,
    wants: z.enum(['password', 'app-password', 'api-key', 'smtp-credentials']),
    hint: z.string().nullable().meta({ description: 'English: what to have at hand' }),
    source: z.string().nullable().meta({ description: 'the provider’s page' }),
  })
  .meta({ description: 'A mail service and how one connects to it' })
export type SmtpPreset = z.infer<typeof smtpPreset>

export const smtpDetection = z
  .object({
    foundBy: z
      .enum(['srv', 'autoconfig', 'mail-servers'])
      .nullable()
      .meta({ description: 'null: nothing was found' }),
    presetId: z.string().nullable(),
    connectWith,
    settings: presetSettings.nullable(),
  })
  .meta({ description: 'What the domain of an address says about its mail server' })
export type SmtpDetection = z.infer<typeof smtpDetection>

export const smtpPresetRoutes = {
  list: route
    .route({
      method: 'GET',
      path: '/smtp-presets',
      operationId: 'listSmtpPresets',
      summary: 'Mail services that Fairlead knows how to connect to',
      tags: ['Delivery channels'],
    })
    .output(z.object({ presets: z.array(smtpPreset) })),
}

export const smtpDetectRoute = route
  .route({
    method: 'POST',
    path: '/links/detect',
    operationId: 'detectSmtpServer',
    summary: 'Look for the mail server of an address',
    description:
      'Asks the domain’s SRV records (RFC 6186), its autoconfiguration file and its mail servers. Nothing is connected to with a login, and the address itself is told to nobody.',
    tags: ['Delivery channels'],
  })
  .input(z.strictObject({ address: z.string().trim().min(3).max(limits.addressCharacters) }))
  .output(smtpDetection)

type Preset = Omit<SmtpPreset, 'settings'> & {
  readonly settings: Partial<SmtpPreset['settings']> & { readonly host: string }
}

const defaults = { port: 587, encryption: 'starttls', login: 'auto', user: '', imap: null } as const

const preset = ({ settings, ...rest }: Preset): SmtpPreset => ({
  ...rest,
  settings: { ...defaults, ...settings },
})

const imapAt = (host: string) => ({ host, port: 993, encryption: 'tls', user: '' }) as const
const tls = { port: 465, encryption: 'tls' } as const

/** The list, in the order that it is shown; figures of 2026-11. */
export const smtpPresets: readonly SmtpPreset[] = [
  preset({
    id: 'exchange',
    name: 'Exchange on your own premises',
    settings: { host: '' },
    connectWith: null,
    wants: 'password',
    hint: 'The name of the server, and your login: your address or DOMAIN\\name. An admin may have to allow sending as other addresses.',
    source: 'https://learn.microsoft.com/en-us/exchange/clients/pop3-and-imap4/configure-authenticated-smtp',
  }),
  preset({
    id: 'microsoft-365',
    name: 'Microsoft 365',
    settings: { host: 'smtp.office365.com' },
    connectWith: 'microsoft',
    wants: 'password',
    hint: 'An admin has to switch on Authenticated SMTP for the mailbox.',
    source:
      'https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission',
  }),
  preset({
    id: 'google',
    name: 'Gmail and Google Workspace',
    settings: { host: 'smtp.gmail.com', ...tls, imap: imapAt('imap.gmail.com') },
    connectWith: 'gmail',
    wants: 'app-password',
    hint: 'Only an app password works, and that only with 2-Step Verification.',
    source: 'https://support.google.com/a/answer/176600',
  }),
  preset({
    id: 'sendgrid',
    name: 'SendGrid',
    settings: { host: 'smtp.sendgrid.net', user: 'apikey' },
    connectWith: null,
    wants: 'api-key',
    hint: 'The user name is the word apikey; the password is an API key that may send mail.',
    source: 'https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api',
  }),
  preset({
    id: 'sparkpost',
    name: 'SparkPost',
    settings: { host: 'smtp.sparkpostmail.com', user: 'SMTP_Injection' },
    connectWith: null,
    wants: 'api-key',
    hint: 'The password is an API key with the permission Send via SMTP. In the EU the server is smtp.eu.sparkpostmail.com.',
    source: 'https://support.sparkpost.com/docs/faq/smtp-connection-problems',
  }),
  preset({
    id: 'mailgun',
    name: 'Mailgun',
    settings: { host: 'smtp.mailgun.org' },
    connectWith: null,
    wants: 'smtp-credentials',
    hint: 'Use the SMTP credentials of the sending domain, not an API key. In the EU the server is smtp.eu.mailgun.org.',
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp',
  }),
  preset({
    id: 'ses',
    name: 'Amazon SES',
    settings: { host: 'email-smtp.us-east-1.amazonaws.com' },
    connectWith: null,
    wants: 'smtp-credentials',
    hint: 'Put your region into the server’s name, and make SMTP credentials in the SES console: access keys do not work.',
    source: 'https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html',
  }),
  preset({
    id: 'postmark',
    name: 'Postmark',
    settings: { host: 'smtp.postmarkapp.com' },
    connectWith: null,
    wants: 'api-key',
    hint: 'User name and password are both the Server API token.',
    source: 'https://postmarkapp.com/developer/user-guide/send-email-with-smtp',
  }),
  preset({
    id: 'zoho',
    name: 'Zoho Mail',
    settings: { host: 'smtp.zoho.com', ...tls, imap: imapAt('imap.zoho.com') },
    connectWith: null,
    wants: 'app-password',
    hint: 'Paid accounts use smtppro.zoho.com; accounts in the EU smtp.zoho.eu. With two-factor sign-in an app password is needed.',
    source: 'https://www.zoho.com/mail/help/zoho-smtp.html',
  }),
  preset({
    id: 'fastmail',
    name: 'Fastmail',
    settings: { host: 'smtp.fastmail.com', ...tls, imap: imapAt('imap.fastmail.com') },
    connectWith: null,
    wants: 'app-password',
    hint: 'Make an app password for mail in the settings.',
    source: 'https://www.fastmail.help/hc/en-us/articles/1500000278342',
  }),
  preset({
    id: 'yahoo',
    name: 'Yahoo Mail',
    settings: { host: 'smtp.mail.yahoo.com', ...tls, imap: imapAt('imap.mail.yahoo.com') },
    connectWith: null,
    wants: 'app-password',
    hint: 'Make an app password in the account’s security settings.',
    source: 'https://help.yahoo.com/kb/SLN4724.html',
  }),
  preset({
    id: 'icloud',
    name: 'iCloud Mail',
    settings: { host: 'smtp.mail.me.com', imap: imapAt('imap.mail.me.com') },
    connectWith: null,
    wants: 'app-password',
    hint: 'Make an app-specific password in your Apple account.',
    source: 'https://support.apple.com/en-us/102525',
  }),
  preset({
    id: 'own',
    name: 'Another server',
    settings: { host: '' },
    connectWith: null,
    wants: 'password',
    hint: null,
    source: null,
  }),
]
