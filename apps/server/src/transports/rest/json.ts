import type { z } from 'zod'
import type { RestAnswer } from './client.ts'

/** The answer's body as `schema` has it; null where it is no JSON or has another form. */
export function readJson<T>(answer: RestAnswer, schema: z.ZodType<T>): T | null {
  try {
    const read = schema.safeParse(JSON.parse(answer.body.toString('utf8')))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** When `Retry-After` says (RFC 9110 §10.2.3: seconds or a date); null without one that can be read. */
export function retryAfterOf(answer: RestAnswer, now: Date): Date | null {
  const said = answer.headers['retry-after']?.trim() ?? ''
  if (/^\d{1,7}$/.test(said)) return new Date(now.getTime() + Number(said) * 1_000)
  const at = Date.parse(said)
  return Number.isNaN(at) ? null : new Date(at)
}
