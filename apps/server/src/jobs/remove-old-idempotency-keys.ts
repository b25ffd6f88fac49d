import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Job } from './job.ts'

/** A repeated request is recognised for 24 hours. */
export const removeOldIdempotencyKeys: Job = {
  name: 'remove-old-idempotency-keys',
  cron: '11 * * * *',
  async run({ db }) {
    const gone = await asEngine(db, tx =>
      sql`delete from fairlead.idempotency_key where created_at < fairlead.now() - interval '24 hours'`.execute(
        tx,
      ),
    )
    return { removed: Number(gone.numAffectedRows ?? 0n) }
  },
}
