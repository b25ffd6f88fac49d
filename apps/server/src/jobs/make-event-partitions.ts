import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Job } from './job.ts'

/** Events are kept in one partition for each month; this makes those of the coming months. */
export const makeEventPartitions: Job = {
  name: 'make-event-partitions',
  cron: '17 3 * * *',
  runsAtStart: true,
  async run({ db }) {
    const found = await asEngine(db, tx =>
      sql<{ made: number }>`select fairlead.ensure_event_partitions() as made`.execute(tx),
    )
    return { made: found.rows[0]?.made ?? 0 }
  },
}
