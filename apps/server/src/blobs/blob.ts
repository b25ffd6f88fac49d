import type { WorkspaceId } from '../platform/ids.ts'

/** Bytes are named by their SHA-256 (lower-case hex) inside one workspace; the same bytes are kept once. */
export interface BlobName {
  readonly workspaceId: WorkspaceId
  readonly sha256: string
}

/** 256 KiB: one row of blob_chunk. The last one of a blob may be shorter; an empty blob has none. */
export const chunkBytes = 256 * 1024

/** More bytes came than the caller allows. Nothing was kept, provided the transaction is rolled back. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError'
}
