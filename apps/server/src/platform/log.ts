import { type DestinationStream, type Logger, pino } from 'pino'
import type { LogLevel } from './config-variables.ts'

export type Log = Logger

// Whatever carries one of these names never reaches the log, at the top or one or two levels below.
const secretNames = [
  'authorization',
  'cookie',
  'password',
  'pass',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'privateKey',
  'appKeys',
  'connectionString',
]
const contentNames = ['body', 'html', 'text', 'subject', 'content', 'raw']

/**
 * JSON lines on standard output. No bodies, no subjects, no secrets; addresses only where somebody needs them to
 * find a fault. Log ids instead: `log.info({ deliveryId }, 'Delivered')`.
 */
export function createLog(options: { level: LogLevel; to?: DestinationStream }): Log {
  const names = [...secretNames, ...contentNames]
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: names.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
      serializers: { err: errorFacts, error: errorFacts },
    },
    options.to ?? pino.destination({ dest: 1, sync: false }),
  )
}

/** Type, message, code and stack; not the other properties, where drivers keep parameters and rows. */
function errorFacts(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { message: String(thrown) }
  const code = 'code' in thrown ? { code: thrown.code } : {}
  const cause = thrown.cause === undefined ? {} : { cause: errorFacts(thrown.cause) }
  return { type: thrown.name, message: thrown.message, ...code, stack: thrown.stack, ...cause }
}
