import { randomUUID } from 'node:crypto'
import { type DraftAttachment, limits, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { writeBlob } from '../blobs/write-blob.ts'
import { base64Size } from '../mail/transfer-encoding.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { newId, showId } from '../platform/ids.ts'
import { findSender } from './choose-sender.ts'
import { type DraftRow, readDraftRow, requireDraft, thaw, type WhichEmail } from './draft-row.ts'
import { senderChoice } from './find-in-sender.ts'
import { findPictureType } from './picture-type.ts'
import type { ReleaseParts } from './release-email.ts'
import { type Spooled, spoolUpload, UploadTooLargeError } from './spool-upload.ts'

export interface NewFile {
  readonly filename: string
  readonly contentType: string
  /** A picture of the text, shown as cid:…, rather than a file beside it. */
  readonly isInline: boolean
  readonly content: AsyncIterable<Uint8Array>
  /** Octets, where the caller said how many will come. */
  readonly announcedBytes: number | null
}

type AttachParts = Pick<ReleaseParts, 'maxBytes'>

/**
 * Attaches a file to a draft: what passes the limit of its delivery channel is refused before it is read where its
 * length is known, else with the first octet too many. Problems: not-found, draft.not-a-draft, attachment.too-large,
 * attachment.cut, email.attachment-invalid, email.too-many-attachments.
 */
export async function attachFile(
  db: Db,
  which: WhichEmail,
  wanted: AttachParts & { readonly file: NewFile },
): Promise<DraftAttachment> {
  const { file } = wanted
  requireNames(file)
  const room = await asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: false })
    requireDraft(row)
    return readRoom(tx, which, { row, maxBytes: wanted.maxBytes })
  })
  requireRoom(room, file, file.announcedBytes ?? 0)
  const spooled = await receive(file, room)
  try {
    return await asWeb(db, which.workspaceId, tx => keep(tx, which, { ...wanted, spooled }))
  } finally {
    await spooled.close()
  }
}

const singleLine = /[\p{Cc}\p{Zl}\p{Zp}]/u
// RFC 2045 §5.1: type/subtype, and parameters that are not ours to read.
const contentTypeShape = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[^\r\n]*)?$/

function requireNames({ filename, contentType }: NewFile): void {
  const wrong = (problem: string) => new Problem('email.attachment-invalid', { filename, problem })
  if (singleLine.test(filename) || filename.trim() === '' || !filename.isWellFormed()) {
    throw wrong('its name is empty or holds a character that no name may hold')
  }
  if (singleLine.test(contentType) || !contentTypeShape.test(contentType)) {
    throw wrong('contentType is not of the form type/subtype')
  }
}

/** What the attachments of a draft weigh on the wire, and what the delivery channel carries; in octets. */
export interface Room {
  readonly encodedBytes: number
  readonly limitBytes: number
  readonly count: number
}

/** How much room the attachments of a draft leave. */
export async function readRoom(
  tx: Tx,
  which: WhichEmail,
  of: AttachParts & { row: DraftRow },
): Promise<Room> {
  const found = await sql<{ size: number }>`
    select size from fairlead.attachment
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} and not is_of_signature`.execute(
    tx,
  )
  return {
    encodedBytes: found.rows.reduce((sum, { size }) => sum + base64Size(size), 0),
    limitBytes: await readLimit(tx, which, of),
    count: found.rows.length,
  }
}

/** Of the sender as it stands; where it has none yet, what every channel carries. */
async function readLimit(tx: Tx, which: WhichEmail, of: AttachParts & { row: DraftRow }): Promise<number> {
  try {
    return of.maxBytes(await findSender(tx, senderChoice(which, of.row)))
  } catch (error) {
    if (error instanceof Problem) return limits.encodedEmailBytes
    throw error
  }
}

function requireRoom(room: Room, file: NewFile, bytes: number): void {
  if (room.count >= limits.attachmentsPerEmail) {
    const params = { count: room.count + 1, limit: limits.attachmentsPerEmail }
    throw new Problem('email.too-many-attachments', params)
  }
  const encoded = room.encodedBytes + base64Size(bytes)
  if (encoded <= room.limitBytes) return
  throw new Problem('attachment.too-large', {
    filename: file.filename,
    sizeMegabytes: Math.ceil(encoded / 1_000_000),
    limitMegabytes: Math.floor(room.limitBytes / 1_000_000),
  })
}

async function receive(file: NewFile, room: Room): Promise<Spooled> {
  // Base64 makes 78 octets on the wire of 57.
  const most = Math.max(0, Math.floor(((room.limitBytes - room.encodedBytes) * 57) / 78))
  try {
    const spooled = await spoolUpload(file.content, most)
    if (file.announcedBytes === null || file.announcedBytes === spooled.size) return spooled
    await spooled.close()
  } catch (error) {
    if (error instanceof UploadTooLargeError) {
      requireRoom(room, file, Math.max(error.size, file.announcedBytes ?? 0))
      requireRoom({ ...room, encodedBytes: room.limitBytes }, file, error.size)
    }
    if (!isCut(error)) throw error
  }
  throw new Problem('attachment.cut', { filename: file.filename })
}

function isCut(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR'
}

async function keep(
  tx: Tx,
  which: WhichEmail,
  wanted: AttachParts & { file: NewFile; spooled: Spooled },
): Promise<DraftAttachment> {
  const { file, spooled } = wanted
  const row = await readDraftRow(tx, which, { isLocked: true })
  requireDraft(row)
  requireRoom(await readRoom(tx, which, { row, maxBytes: wanted.maxBytes }), file, spooled.size)
  const contentType = file.isInline ? await findPictureType(file, spooled.read()) : file.contentType
  if (row.state === 'cancelled') await thaw(tx, which, row)
  const { workspaceId, emailId } = which
  const { sha256, size } = await writeBlob(tx, { workspaceId, content: spooled.read() })
  const id = newId('attachment')
  const contentId = file.isInline ? `${randomUUID()}@fairlead` : null
  await sql`
    insert into fairlead.attachment (workspace_id, id, email_id, position, filename, content_type, content_id, sha256, size)
    select ${workspaceId}, ${id}, ${emailId}, coalesce(max(position), -1) + 1, ${file.filename}, ${contentType},
      ${contentId}, ${sha256}, ${size}
    from fairlead.attachment
    where workspace_id = ${workspaceId} and email_id = ${emailId} and not is_of_signature`.execute(tx)
  return { id: showId('attachment', id), filename: file.filename, contentType, bytes: size, contentId }
}
