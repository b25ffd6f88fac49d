import { limits, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import { writeBlob } from '../blobs/write-blob.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { IdentityId, MemberId, WorkspaceId } from '../platform/ids.ts'

export interface SignaturePicture {
  /** The html shows it as cid: and this. */
  readonly contentId: string
  readonly contentType: string
  readonly content: Uint8Array
}

/** A signature to be kept: cleaned, its new pictures beside the html. */
export interface Signature {
  readonly html: string
  readonly pictures: readonly SignaturePicture[]
}

type WhoseSignature = { readonly workspaceId: WorkspaceId; readonly identityId: IdentityId }

/**
 * Keeps the pictures that the signature names: new ones come, those named no longer go. The caller holds the identity.
 * Problems: signature.too-large (html and all pictures together), signature.too-many-pictures.
 */
export async function keepPictures(tx: Tx, of: WhoseSignature, signature: Signature): Promise<void> {
  const { workspaceId, identityId } = of
  const named = namedPictures(signature.html)
  await sql`
    delete from fairlead.signature_picture
    where workspace_id = ${workspaceId} and identity_id = ${identityId} and content_id <> all(${named}::text[])`.execute(
    tx,
  )
  for (const { contentId, contentType, content } of signature.pictures) {
    const { sha256, size } = await writeBlob(tx, { workspaceId, content: [content] })
    await sql`
      insert into fairlead.signature_picture (workspace_id, identity_id, content_id, content_type, sha256, size)
      values (${workspaceId}, ${identityId}, ${contentId}, ${contentType}, ${sha256}, ${size})
      on conflict (workspace_id, identity_id, content_id) do nothing`.execute(tx)
  }
  await requireRoom(tx, of, signature.html)
}

/** Content ids that the html shows. */
const namedPictures = (html: string): string[] =>
  [...html.matchAll(/\ssrc="cid:([^"]+)"/g)].map(([, id = '']) => id)

async function requireRoom(tx: Tx, of: WhoseSignature, html: string): Promise<void> {
  const found = await sql<{ count: number; bytes: number }>`
    select count(*)::int as count, coalesce(sum(size), 0)::int as bytes from fairlead.signature_picture
    where workspace_id = ${of.workspaceId} and identity_id = ${of.identityId}`.execute(tx)
  const { count = 0, bytes = 0 } = found.rows[0] ?? {}
  if (count > limits.signaturePictures) {
    throw new Problem('signature.too-many-pictures', { count, limit: limits.signaturePictures })
  }
  if (Buffer.byteLength(html) + bytes > limits.signatureBytes) {
    throw new Problem('signature.too-large', { limitKilobytes: Math.floor(limits.signatureBytes / 1_000) })
  }
}

export interface WhichPicture extends WhoseSignature {
  /** Whose it must be; null: anybody's of the workspace, for an admin. */
  readonly memberId: MemberId | null
  readonly contentId: string
}

/** A picture of a signature. Problem: not-found. */
export function readPicture(db: Db, which: WhichPicture): Promise<Omit<SignaturePicture, 'contentId'>> {
  const { workspaceId, identityId, memberId, contentId } = which
  return asWeb(db, workspaceId, async tx => {
    const found = await sql<{ contentType: string; sha256: string; size: number }>`
      select p.content_type as "contentType", p.sha256, p.size from fairlead.signature_picture p
      join fairlead.identity i on i.workspace_id = p.workspace_id and i.id = p.identity_id and i.deleted_at is null
      where p.workspace_id = ${workspaceId} and p.identity_id = ${identityId} and p.content_id = ${contentId}
        and (${memberId}::uuid is null or i.member_id = ${memberId}::uuid)`.execute(tx)
    const [row] = found.rows
    const content = row && (await readBlobStart(tx, { workspaceId, sha256: row.sha256 }, row.size))
    if (!row || !content) throw new Problem('not-found', { what: 'picture' })
    return { contentType: row.contentType, content }
  })
}
