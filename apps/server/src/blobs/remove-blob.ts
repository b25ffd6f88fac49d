import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { BlobName } from './blob.ts'

/** Removes the bytes whoever names them; false when they were not there. Clean-up is remove-unused-blobs.ts. */
export async function removeBlob(tx: Tx, name: BlobName): Promise<boolean> {
  const gone = await sql`
    delete from fairlead.blob
    where workspace_id = ${name.workspaceId} and sha256 = ${name.sha256}`.execute(tx)
  return (gone.numAffectedRows ?? 0n) > 0n
}
