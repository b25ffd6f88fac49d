import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** One setting: what it may hold, what it means without being set, and what to say when it is wrong. */
export interface Variable<T = unknown> {
  readonly schema: z.ZodType<T, string>
  /** As people read it; what `config.ts` fills in is the same. */
  readonly fallback: string
  readonly meaning: string
  /** What to do about a wrong value. */
  readonly hint: string
  /** Its value is never shown. */
  readonly secret?: true
}

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine(value => value <= 65_535)
const portHint = 'Give a whole number from 0 (any free port) to 65535.'

const httpUrl = z
  .url({ protocol: /^https?$/ })
  .transform(text => new URL(text))
  .refine(url => url.username === '' && url.search === '' && url.hash === '')
  .transform(url => url.href.replace(/\/$/, ''))

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/.+/)

const host = z
  .string()
  .transform(text => domainToASCII(text.replace(/\.$/, '')))
  .refine(text => /^(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(text))

const list = z.string().transform(text => text.split(/[\s,]+/).filter(item => item !== ''))

const networks = list.pipe(
  z.array(
    z
      .string()
      .transform(text => (text.includes('/') ? text : `${text}/${isIP(text) === 6 ? 128 : 32}`))
      .refine(text => ipaddr.isValidCIDR(text)),
  ),
)

const resolvers = list.pipe(z.array(z.string().refine(isResolver)).min(1))

function isResolver(text: string): boolean {
  if (isIP(text)) return true
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const at = Number(parts?.[3])
  return parts !== null && isIP(parts[1] ?? parts[2] ?? '') > 0 && at > 0 && at <= 65_535
}

const smartHost = z.url({ protocol: /^smtps?$/ }).refine(text => new URL(text).hostname !== '')

const appKey = z.string().regex(/^[\x21-\x2b\x2d-\x7e]{32,}$/)

/** Every name that an operator may set, in the order of the help text. The README's table is generated from this. */
export const variables = {
  FAIRLEAD_PORT: { schema: port, fallback: '3000', meaning: 'Port of the app and the API.', hint: portHint },
  FAIRLEAD_HOST: {
    schema: z.string().regex(/^[\w.:-]+$/),
    fallback: '127.0.0.1',
    meaning: 'Address the app and the API listen on.',
    hint: 'Give an IP address or a host name, such as 0.0.0.0 for all addresses.',
  },
  FAIRLEAD_PUBLIC_URL: {
    schema: httpUrl,
    fallback: 'http://<host>:<port>; required in live mode',
    meaning:
      'Where people and recipients reach this installation: invitations and links in mail begin with it.',
    hint: 'Give an absolute address, such as https://mail.example.com.',
  },
  FAIRLEAD_DATA: {
    schema: z.string().regex(/^[^\0]+$/),
    fallback: '.fairlead',
    meaning: 'Folder for the built-in database and the keys. Back it up.',
    hint: 'Give a folder that Fairlead may write.',
  },
  FAIRLEAD_DATABASE_URL: {
    schema: databaseUrl,
    fallback: 'the built-in PostgreSQL',
    meaning: 'PostgreSQL 15 or newer; may be a transaction pooler such as PgBouncer.',
    hint: 'Give postgresql://login:password@host:5432/database.',
    secret: true,
  },
  FAIRLEAD_DATABASE_DIRECT_URL: {
    schema: databaseUrl,
    fallback: 'FAIRLEAD_DATABASE_URL',
    meaning: 'The same database past the pooler: migrations, background jobs and LISTEN need it.',
    hint: 'Give postgresql://login:password@host:5432/database.',
    secret: true,
  },
  FAIRLEAD_MODE: {
    schema: z.enum(['sandbox', 'live']) as z.ZodType<'sandbox' | 'live', string>,
    fallback: 'sandbox',
    meaning:
      'sandbox: all mail goes to the built-in simulator, none leaves. live: mail goes to real recipients.',
    hint: 'Give sandbox or live.',
  },
  FAIRLEAD_MAIL_DOMAIN: {
    schema: host,
    fallback: 'mail.fairlead.test in sandbox; required in live mode',
    meaning: 'Host of the managed servers; return paths live below it, so its DNS must point here.',
    hint: 'Give a domain of yours, such as mail.example.com.',
  },
  FAIRLEAD_DNS_SERVERS: {
    schema: resolvers,
    fallback: "the system's; the simulator's in sandbox",
    meaning: 'Resolvers for MX and other look-ups: ip or ip:port, separated by commas.',
    hint: 'Give addresses such as 127.0.0.1:53,[::1]:53.',
  },
  FAIRLEAD_MX_PORT: {
    schema: port.refine(value => value > 0),
    fallback: '25',
    meaning: "Port on which recipients' mail servers are called.",
    hint: 'Give a whole number from 1 to 65535; on the internet it is always 25.',
  },
  FAIRLEAD_INBOUND_PORT: {
    schema: port,
    fallback: '25 in live mode; any free port in sandbox',
    meaning: 'Port on which returned mail and complaints arrive.',
    hint: portHint,
  },
  FAIRLEAD_INBOUND_HOST: {
    schema: z.string().regex(/^[\w.:-]+$/),
    fallback: 'all addresses in live mode; 127.0.0.1 in sandbox',
    meaning: 'Address on which returned mail and complaints arrive.',
    hint: 'Give an IP address, such as 0.0.0.0 for all.',
  },
  FAIRLEAD_MAILBOX_CONNECTIONS: {
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number),
    fallback: '200',
    meaning:
      'Mailboxes of SMTP channels at which one process waits for new mail (IMAP IDLE), a connection each; the others are asked every half minute.',
    hint: 'Give a whole number; 0 asks all of them every half minute.',
  },
  FAIRLEAD_SMART_HOST: {
    schema: smartHost,
    fallback: "none: straight to the recipients' servers",
    meaning:
      'A mail server that takes all managed mail: smtp://login:password@host:587 (STARTTLS) or smtps://.',
    hint: 'Give smtp://host:port or smtps://host:port, with login:password@ before the host where needed.',
    secret: true,
  },
  FAIRLEAD_APP_KEYS: {
    schema: list.pipe(z.array(appKey).min(1)),
    fallback: 'made on first start and kept in FAIRLEAD_DATA in sandbox; required in live mode',
    meaning: 'Keys for stored secrets and return paths: the first one seals, all open. new,old for a change.',
    hint: 'Give one or more keys of at least 32 characters, separated by commas: openssl rand -base64 32',
    secret: true,
  },
  FAIRLEAD_GOOGLE_OAUTH_URL: {
    schema: httpUrl,
    fallback: "Google's; the simulator's in sandbox",
    meaning: 'Where Google accounts consent and are given tokens: /o/oauth2/v2/auth, /token, /revoke.',
    hint: 'Give an absolute address, such as https://accounts.example.com.',
  },
  FAIRLEAD_GOOGLE_API_URL: {
    schema: httpUrl,
    fallback: "Google's; the simulator's in sandbox",
    meaning: "Where Gmail's interface stands: /gmail/v1 and /upload/gmail/v1.",
    hint: 'Give an absolute address, such as https://gmail.googleapis.com.',
  },
  FAIRLEAD_MICROSOFT_LOGIN_URL: {
    schema: httpUrl,
    fallback: "Microsoft's; the simulator's in sandbox",
    meaning: 'Where Microsoft accounts consent and are given tokens; national clouds have their own.',
    hint: 'Give an absolute address, such as https://login.microsoftonline.us.',
  },
  FAIRLEAD_MICROSOFT_GRAPH_URL: {
    schema: httpUrl,
    fallback: "Microsoft's; the simulator's in sandbox",
    meaning: 'Where Microsoft Graph stands; national clouds have their own.',
    hint: 'Give an absolute address, such as https://graph.microsoft.us.',
  },
  FAIRLEAD_TRUSTED_PROXIES: {
    schema: networks,
    fallback: 'none',
    meaning: 'Proxies in front of Fairlead whose X-Forwarded-For counts: addresses or networks.',
    hint: 'Give addresses or networks, such as 10.0.0.0/8, separated by commas.',
  },
  FAIRLEAD_ALLOW_PRIVATE_HOSTS: {
    schema: networks,
    fallback: 'none',
    meaning: 'Private networks where mail servers may lie; all other private addresses are refused.',
    hint: 'Give addresses or networks, such as 10.1.0.0/16, separated by commas.',
  },
  FAIRLEAD_HEALTH_PORT: {
    schema: port,
    fallback: 'none: health is on FAIRLEAD_PORT',
    meaning: 'Port for /health and /metrics of processes that run no http role.',
    hint: portHint,
  },
  FAIRLEAD_LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']) as z.ZodType<LogLevel, string>,
    fallback: 'info',
    meaning: 'How much is logged: fatal, error, warn, info, debug or silent.',
    hint: 'Give fatal, error, warn, info, debug or silent.',
  },
} as const satisfies Record<string, Variable>

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
export type VariableName = keyof typeof variables

/** For `fairlead start --help`. */
export function variablesHelp(): string {
  const lines = Object.entries<Variable>(variables).map(
    ([name, variable]) => `  ${name}\n      ${variable.meaning}\n      Without it: ${variable.fallback}.`,
  )
  return ['Settings, from the environment:', ...lines].join('\n')
}

/** The README's table; a test compares. */
export function variablesTable(): string {
  const rows = Object.entries<Variable>(variables).map(
    ([name, variable]) => `| \`${name}\` | ${variable.meaning} | ${variable.fallback} |`,
  )
  return ['| Name | Meaning | Without it |', '|---|---|---|', ...rows].join('\n')
}
