import { type QueryExecutorProvider, sql } from 'kysely'
import type { Attachment } from '../mail/mime-part.ts'
import { type EmailId, type IdentityId, newId, type WorkspaceId } from '../platform/ids.ts'

interface OfIdentity {
  readonly workspaceId: WorkspaceId
  readonly identityId: IdentityId
}

// Behind whatever else is attached (limits.attachmentsPerEmail).
const firstPosition = 1_000

/** The pictures of an identity's signature that the html shows, as parts of the email. */
export async function readSignaturePictures(
  tx: QueryExecutorProvider,
  of: OfIdentity,
  html: string | null,
): Promise<Attachment[]> {
  if (html === null || !html.includes('cid:')) return []
  const found = await sql<{ contentType: string; contentId: string; sha256: string; size: number }>`
    select content_type as "contentType", content_id as "contentId", sha256, size from fairlead.signature_picture
    where workspace_id = ${of.workspaceId} and identity_id = ${of.identityId} order by content_id`.execute(tx)
  return found.rows
    .filter(({ contentId }) => html.includes(`cid:${contentId}"`))
    .map((row, at) => ({ ...row, filename: `signature-${at + 1}.${row.contentType.replace('image/', '')}` }))
}

/** Octets of the pictures of the signature that goes below an email; `identityId` null: the member's default one. */
export async function readSignatureSizes(
  tx: QueryExecutorProvider,
  of: {
    readonly workspaceId: WorkspaceId
    readonly memberId: string
    readonly identityId: IdentityId | null
  },
): Promise<readonly number[]> {
  const found = await sql<{ size: number }>`
    select p.size from fairlead.signature_picture p
    join fairlead.identity i on i.workspace_id = p.workspace_id and i.id = p.identity_id and i.deleted_at is null
    where p.workspace_id = ${of.workspaceId} and i.member_id = ${of.memberId}
      and (i.id = ${of.identityId}::uuid or (${of.identityId}::uuid is null and i.is_default))`.execute(tx)
  return found.rows.map(row => row.size)
}

/** Freezes the pictures with the email; those of an earlier freeze go. */
export async function writeSignaturePictures(
  tx: QueryExecutorProvider,
  email: { readonly workspaceId: WorkspaceId; readonly emailId: EmailId },
  pictures: readonly Attachment[],
): Promise<void> {
  await removeSignaturePictures(tx, email)
  if (pictures.length === 0) return
  await sql`
    insert into fairlead.attachment
      (workspace_id, id, email_id, position, filename, content_type, content_id, sha256, size, is_of_signature)
    select ${email.workspaceId}, k.id, ${email.emailId}, ${firstPosition} + k.position, k.filename, k.content_type,
      k.content_id, k.sha256, k.size, true
    from unnest(${pictures.map(() => newId('attachment'))}::uuid[], ${pictures.map((_, at) => at)}::int[],
      ${pictures.map(one => one.filename)}::text[], ${pictures.map(one => one.contentType)}::text[],
      ${pictures.map(one => one.contentId ?? null)}::text[], ${pictures.map(one => one.sha256)}::text[],
      ${pictures.map(one => one.size)}::bigint[])
      as k (id, position, filename, content_type, content_id, sha256, size)`.execute(tx)
}

/** The email is a draft again, and will be signed anew. */
export async function removeSignaturePictures(
  tx: QueryExecutorProvider,
  { workspaceId, emailId }: { readonly workspaceId: WorkspaceId; readonly emailId: EmailId },
): Promise<void> {
  await sql`
    delete from fairlead.attachment
    where workspace_id = ${workspaceId} and email_id = ${emailId} and is_of_signature`.execute(tx)
}
