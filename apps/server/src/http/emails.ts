import { createHash } from 'node:crypto'
import { limits, type NewEmail, Problem } from '@fairlead/contract'
import { acceptEmail } from '../compose/accept-email.ts'
import type { EmailRequest, Idempotency } from '../compose/email-request.ts'
import { readAcceptedEmail } from '../conversations/read-accepted-email.ts'
import { cancelEmail } from '../outbox/cancel-email.ts'
import { showId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { showProgress } from './show-progress.ts'

export function emailRoutes(parts: HttpParts) {
  return {
    send: api.emails.send.handler(async ({ input, context: { caller } }) => {
      const idempotency = idempotencyOf(caller, input.headers['idempotency-key'], input.body)
      const accepted = await acceptEmail(emailRequest(caller, input.body, idempotency), parts.accept)
      return readAcceptedEmail(parts.db, { ...caller, emailId: accepted.id })
    }),
    get: api.emails.get.handler(({ input, context: { caller } }) =>
      showProgress(parts.db, { ...caller, emailId: requireId('email', input.id) }),
    ),
    cancel: api.emails.cancel.handler(async ({ input, context: { caller } }) => {
      const emailId = requireId('email', input.id)
      const { state, cancelled, tooLate } = await cancelEmail(parts.db, { ...caller, emailId })
      return {
        id: showId('email', emailId),
        state,
        cancelled: cancelled.map(id => showId('delivery', id)),
        tooLate: tooLate.map(id => showId('delivery', id)),
      }
    }),
  }
}

function emailRequest(caller: Caller, body: NewEmail, idempotency: Idempotency | null): EmailRequest {
  const { identityId, linkId, attachments, sendAt, html, text, ...rest } = body
  return {
    ...rest,
    workspaceId: caller.workspaceId,
    memberId: caller.memberId,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    ...(identityId === undefined ? {} : { identityId: requireId('identity', identityId) }),
    ...(linkId === undefined ? {} : { linkId: requireId('link', linkId) }),
    ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt) }),
    ...(idempotency === null ? {} : { idempotency }),
    attachments: attachments.map(decodeAttachment),
    source: 'api',
  }
}

// RFC 9110 field values may hold more, but a key is compared, stored and logged: visible ASCII alone.
const keyShape = new RegExp(`^[\\x21-\\x7e]{1,${limits.idempotencyKeyCharacters}}$`)

function idempotencyOf(caller: Caller, key: string | undefined, body: NewEmail): Idempotency | null {
  if (key === undefined) return null
  if (!keyShape.test(key)) throw new Problem('idempotency.key-invalid')
  // The checked body, so that spaces and the order of fields do not make another one.
  const bodyHash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
  return { apiKeyId: caller.apiKeyId, route: 'POST /emails', key, bodyHash }
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/
// RFC 2045 §5.1: type/subtype, and parameters that are not ours to read.
const contentTypeShape = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[^\r\n]*)?$/

function decodeAttachment({ filename, contentType, contentBase64 }: NewEmail['attachments'][number]) {
  const wrong = (problem: string) => new Problem('email.attachment-invalid', { filename, problem })
  if (!contentTypeShape.test(contentType)) throw wrong('contentType is not of the form type/subtype')
  const text = contentBase64.replace(/[\r\n]/g, '')
  if (text.length % 4 !== 0 || !base64.test(text)) throw wrong('contentBase64 is not base64 (RFC 4648 §4)')
  return { filename, contentType, content: Buffer.from(text, 'base64') }
}
