import { Problem } from '@fairlead/contract'
import { ORPCError, ValidationError } from '@orpc/server'
import { codeOf } from '../platform/plain-error.ts'

/** What the web framework's own refusals mean in our words. */
const frameworkCodes: Readonly<Record<string, (limitMegabytes: number) => Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: limitMegabytes => new Problem('request.too-large', { limitMegabytes }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem('request.unsupported-type'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem('request.malformed'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Problem('request.malformed'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Problem('request.malformed'),
  FST_ERR_BAD_URL: () => new Problem('route.unknown'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Problem('request.timeout'),
}

// Class 08 and 57P: the connection or the server went away; 53: it has no room (PostgreSQL, appendix A).
const databaseGone = /^(08|53|57P)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/
const databaseText =
  /timeout exceeded when trying to connect|Connection terminated|driver has already been destroyed/
// 22021: a NUL in a text; 22P02 and 22P05: a text that is no value of its type.
const badText = /^22(021|P02|P05)$/

/**
 * The problem behind anything that was thrown. Null: a fault of ours, for the log and a 500.
 * `limitBytes`: the largest body of the route.
 */
export function problemOf(thrown: unknown, limitBytes: number): Problem | null {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof ORPCError) return problemOfOrpc(thrown, limitBytes)
  const code = codeOf(thrown)
  const known = frameworkCodes[code]
  if (known !== undefined) return known(Math.floor(limitBytes / 1_000_000))
  if (badText.test(code))
    return new Problem('request.invalid', {
      field: 'body',
      rule: 'it holds a character that no text may hold',
    })
  const message = thrown instanceof Error ? thrown.message : ''
  if (databaseGone.test(code) || databaseText.test(message)) return new Problem('service.unavailable')
  return null
}

function problemOfOrpc(error: ORPCError<string, unknown>, limitBytes: number): Problem | null {
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) {
    return invalidField(error.cause.issues[0])
  }
  if (error.code === 'BAD_REQUEST') return new Problem('request.malformed')
  if (error.code === 'NOT_FOUND') return new Problem('route.unknown')
  return error.cause === undefined ? null : problemOf(error.cause, limitBytes)
}

const longestText = 200

function invalidField(issue: ValidationError['issues'][number] | undefined): Problem {
  const path = (issue?.path ?? []).map(part => String(typeof part === 'object' ? part.key : part))
  const field = (path[0] === 'body' || path[0] === 'headers' ? path.slice(1) : path).join('.') || 'body'
  return new Problem('request.invalid', {
    field: field.slice(0, longestText),
    rule: (issue?.message ?? 'it does not fit').slice(0, longestText),
  })
}
