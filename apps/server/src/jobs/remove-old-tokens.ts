import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Job } from './job.ts'

/**
 * Mailed links that have ended, consents that nobody confirmed in time, with the grant sealed in them, and counts of
 * tries that nobody made lately. Invitations stay: an admin renews them.
 */
export const removeOldTokens: Job = {
  name: 'remove-old-tokens',
  cron: '23 * * * *',
  async run({ db }) {
    return asEngine(db, async tx => {
      const resets = await sql`delete from fairlead.password_reset where expires_at < fairlead.now()`.execute(
        tx,
      )
      const verifications = await sql`
        delete from fairlead.identity_verification where expires_at < fairlead.now() - interval '30 days'`.execute(
        tx,
      )
      const tries = await sql`
        delete from fairlead.attempt_pace where last_at < fairlead.now() - interval '1 day'`.execute(tx)
      const consents =
        await sql`delete from fairlead.oauth_connection where expires_at < fairlead.now()`.execute(tx)
      const removed = [resets, verifications, tries, consents].map(gone => Number(gone.numAffectedRows ?? 0n))
      return { removed: removed.reduce((sum, count) => sum + count, 0) }
    })
  },
}
