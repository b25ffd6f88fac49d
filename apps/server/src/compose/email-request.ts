import { limits, Problem } from '@fairlead/contract'
import type { IdentityId, LinkId, MemberId, WorkspaceId } from '../platform/ids.ts'
import type { RecipientTexts } from './check-recipients.ts'

/** An email as a caller hands it over; everything in it may be hostile. */
export interface EmailRequest extends RecipientTexts {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly identityId?: IdentityId
  readonly linkId?: LinkId
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly attachments: ReadonlyArray<{ filename: string; contentType: string; content: Uint8Array }>
  readonly sendAt?: Date
  readonly idempotency?: Idempotency
  /** api, cli, system … for the timeline. */
  readonly source: string
}

export interface Idempotency {
  readonly apiKeyId: string
  readonly route: string
  readonly key: string
  readonly bodyHash: string
}

const singleLine = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** Throws a Problem where something is missing, too much, or would break a header. */
export function checkContent(request: EmailRequest): void {
  if (singleLine.test(request.subject)) throw new Problem('email.line-break', { field: 'subject' })
  if ((request.html ?? '') === '' && (request.text ?? '') === '') throw new Problem('email.no-content')
  if (request.attachments.length > limits.attachmentsPerEmail) {
    throw new Problem('email.too-many-attachments', {
      count: request.attachments.length,
      limit: limits.attachmentsPerEmail,
    })
  }
  for (const { filename, contentType } of request.attachments) {
    if (singleLine.test(filename) || filename.trim() === '')
      throw new Problem('email.line-break', { field: 'filename' })
    if (singleLine.test(contentType)) throw new Problem('email.line-break', { field: 'contentType' })
  }
}
