import { sql } from 'kysely'
import { readBlobStart } from '../blobs/read-blob-start.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { EmailId, WorkspaceId } from '../platform/ids.ts'
import type { MessageFile } from './read-mime.ts'

// Larger ones are not worth making every look at the conversation wait; their place stays empty.
const mostOfOneBytes = 1_000_000
const mostOfAllBytes = 4_000_000

interface PictureRow {
  readonly emailId: EmailId
  readonly filename: string
  readonly contentType: string
  readonly contentId: string
  readonly sha256: string
  readonly size: number
}

/** Pictures that the html of these emails shows as cid:, by email; the newest emails come first where there are many. */
export async function readInlinePictures(
  tx: Tx,
  of: { readonly workspaceId: WorkspaceId; readonly emailIds: readonly EmailId[] },
): Promise<ReadonlyMap<EmailId, readonly MessageFile[]>> {
  const found = await sql<PictureRow>`
    select email_id as "emailId", filename, content_type as "contentType", content_id as "contentId", sha256, size
    from fairlead.attachment
    where workspace_id = ${of.workspaceId} and email_id = any(${[...of.emailIds]}::uuid[]) and content_id is not null
      and size <= ${mostOfOneBytes}
    order by email_id desc, position`.execute(tx)
  const bytesOf = new Map<string, Buffer | null>()
  const pictures = new Map<EmailId, MessageFile[]>()
  let left = mostOfAllBytes
  for (const { emailId, sha256, size, ...file } of found.rows) {
    left -= size
    if (left < 0) break
    const bytes =
      bytesOf.get(sha256) ?? (await readBlobStart(tx, { workspaceId: of.workspaceId, sha256 }, size))
    bytesOf.set(sha256, bytes)
    if (bytes !== null) pictures.set(emailId, [...(pictures.get(emailId) ?? []), { ...file, bytes }])
  }
  return pictures
}
