import { resolve } from 'node:path'
import type { z } from 'zod'
import { type LogLevel, type Variable, type VariableName, variables } from './config-variables.ts'
import { PlainError } from './plain-error.ts'
import { keyIdsCollide } from './secrets.ts'

export { variablesHelp } from './config-variables.ts'

/** What the process runs with. Made by readConfig alone, so that every value in it was checked. */
export interface Config {
  readonly mode: 'sandbox' | 'live'
  /** Absolute. */
  readonly dataFolder: string
  readonly http: { readonly host: string; readonly port: number; readonly trustedProxies: readonly string[] }
  /** Without a slash at the end; null: what the http listener turns out to be. */
  readonly publicUrl: string | null
  /** Null: the built-in server. */
  readonly database: { readonly url: string; readonly directUrl: string } | null
  readonly mail: {
    /** A-label. */
    readonly domain: string
    /** `ip` or `ip:port`; null: the system's, or the simulator's in sandbox. */
    readonly dnsServers: readonly string[] | null
    /** Null in sandbox unless set: the simulator says. */
    readonly mxPort: number | null
    /** smtp:// or smtps:// with what is needed to log in. */
    readonly smartHost: string | null
    /** CIDR. */
    readonly allowPrivateHosts: readonly string[]
  }
  /** Where the providers of connected accounts stand; null: at their own addresses, or in the simulator. */
  readonly providers: {
    readonly googleOauth: string | null
    readonly googleApi: string | null
    readonly microsoftLogin: string | null
    readonly microsoftGraph: string | null
  }
  /** host null: all addresses. Port 0: any free one. */
  readonly inbound: {
    readonly host: string | null
    readonly port: number
    /** Mailboxes at which this process waits for new mail. */
    readonly mailboxConnections: number
  }
  /** The first seals. Empty in sandbox unless set: kept in the data folder (app-keys.ts). */
  readonly appKeys: readonly string[]
  readonly healthPort: number | null
  readonly logLevel: LogLevel
  /** Names in the environment that look like ours and are not. */
  readonly unknownNames: readonly string[]
}

type Values = {
  [N in VariableName]?: z.output<(typeof variables)[N]['schema']>
}

/** Names that are no settings: they belong to tests and to the command line client. */
const otherNames = /^FAIRLEAD_(TEST_|FAILPOINT|API_KEY$|URL$)/

/**
 * Reads the environment. Throws one PlainError that names every variable that is wrong or missing, what is
 * wrong about it, and what to do. Needs no variable at all in sandbox mode.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const { values, complaints } = readValues(environment)
  const mode = values.FAIRLEAD_MODE ?? 'sandbox'
  const all = [
    ...complaints,
    ...complaintsAboutKeys(values),
    ...(mode === 'live' ? missingInLive(environment) : []),
  ]
  if (values.FAIRLEAD_DATABASE_DIRECT_URL && !values.FAIRLEAD_DATABASE_URL) {
    all.push('FAIRLEAD_DATABASE_DIRECT_URL is set, but FAIRLEAD_DATABASE_URL is not. Set both, or none.')
  }
  if (all.length > 0) {
    throw new PlainError(
      ['Fairlead cannot start with these settings:', ...all.map(complaint => `  ${complaint}`)].join('\n'),
    )
  }
  const url = values.FAIRLEAD_DATABASE_URL
  return {
    mode,
    dataFolder: resolve(values.FAIRLEAD_DATA ?? '.fairlead'),
    http: {
      host: values.FAIRLEAD_HOST ?? '127.0.0.1',
      port: values.FAIRLEAD_PORT ?? 3000,
      trustedProxies: values.FAIRLEAD_TRUSTED_PROXIES ?? [],
    },
    publicUrl: values.FAIRLEAD_PUBLIC_URL ?? null,
    database: url ? { url, directUrl: values.FAIRLEAD_DATABASE_DIRECT_URL ?? url } : null,
    mail: mailOf(values, mode),
    providers: {
      googleOauth: values.FAIRLEAD_GOOGLE_OAUTH_URL ?? null,
      googleApi: values.FAIRLEAD_GOOGLE_API_URL ?? null,
      microsoftLogin: values.FAIRLEAD_MICROSOFT_LOGIN_URL ?? null,
      microsoftGraph: values.FAIRLEAD_MICROSOFT_GRAPH_URL ?? null,
    },
    inbound: inboundOf(values, mode),
    appKeys: values.FAIRLEAD_APP_KEYS ?? [],
    healthPort: values.FAIRLEAD_HEALTH_PORT ?? null,
    logLevel: values.FAIRLEAD_LOG_LEVEL ?? 'info',
    unknownNames: Object.keys(environment).filter(
      name => name.startsWith('FAIRLEAD_') && !(name in variables) && !otherNames.test(name),
    ),
  }
}

function mailOf(values: Values, mode: Config['mode']): Config['mail'] {
  return {
    domain: values.FAIRLEAD_MAIL_DOMAIN ?? 'mail.fairlead.test',
    dnsServers: values.FAIRLEAD_DNS_SERVERS ?? null,
    mxPort: values.FAIRLEAD_MX_PORT ?? (mode === 'live' ? 25 : null),
    smartHost: values.FAIRLEAD_SMART_HOST ?? null,
    allowPrivateHosts: values.FAIRLEAD_ALLOW_PRIVATE_HOSTS ?? [],
  }
}

function inboundOf(values: Values, mode: Config['mode']): Config['inbound'] {
  return {
    host: values.FAIRLEAD_INBOUND_HOST ?? (mode === 'live' ? null : '127.0.0.1'),
    port: values.FAIRLEAD_INBOUND_PORT ?? (mode === 'live' ? 25 : 0),
    mailboxConnections: values.FAIRLEAD_MAILBOX_CONNECTIONS ?? 200,
  }
}

function readValues(environment: Readonly<Record<string, string | undefined>>) {
  const values: Record<string, unknown> = {}
  const complaints: string[] = []
  for (const [name, variable] of Object.entries<Variable>(variables)) {
    const text = environment[name]?.trim()
    if (!text) continue
    const read = variable.schema.safeParse(text)
    if (read.success) values[name] = read.data
    else complaints.push(`${name} ${sayWrong(text, variable)} ${variable.hint}`)
  }
  return { values: values as Values, complaints }
}

function sayWrong(text: string, variable: Variable): string {
  return variable.secret ? 'is not valid (its value is not shown).' : `is not valid: ${JSON.stringify(text)}.`
}

function missingInLive(environment: Readonly<Record<string, string | undefined>>): string[] {
  const needed = ['FAIRLEAD_MAIL_DOMAIN', 'FAIRLEAD_PUBLIC_URL', 'FAIRLEAD_APP_KEYS'] as const
  return needed
    .filter(name => !environment[name]?.trim())
    .map(name => `${name} is missing, and FAIRLEAD_MODE=live needs it. ${variables[name].hint}`)
}

function complaintsAboutKeys(values: Values): string[] {
  return keyIdsCollide(values.FAIRLEAD_APP_KEYS ?? [])
    ? [
        'FAIRLEAD_APP_KEYS holds a key twice, or two keys that cannot be told apart. Make another: openssl rand -base64 32',
      ]
    : []
}
