import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { KeptPolicy, PolicyStore } from '../transports/mta-sts/policies.ts'

/** Policies of recipients' domains, for all processes. */
export function createStsStore(db: Db): PolicyStore {
  return {
    async load(domain) {
      const found = await asEngine(db, tx =>
        sql<KeptPolicy>`
          select id, mode, mx, max_age_seconds as "maxAgeSeconds",
            (extract(epoch from expires_at - fairlead.now()) * 1000)::float8 as "leftMs"
          from fairlead.mta_sts_policy where domain = ${domain} and expires_at > fairlead.now()`.execute(tx),
      )
      return found.rows[0] ?? null
    },
    async save(domain, { id, mode, mx, maxAgeSeconds }) {
      await asEngine(db, async tx => {
        await sql`
          insert into fairlead.mta_sts_policy (domain, id, mode, mx, max_age_seconds, expires_at)
          values (${domain}, ${id}, ${mode}, ${mx}, ${maxAgeSeconds},
            fairlead.now() + ${maxAgeSeconds} * interval '1 second')
          on conflict (domain) do update set id = excluded.id, mode = excluded.mode, mx = excluded.mx,
            max_age_seconds = excluded.max_age_seconds, expires_at = excluded.expires_at`.execute(tx)
        // Whoever writes clears away a little, so that domains nobody writes to any more do not pile up.
        await sql`
          delete from fairlead.mta_sts_policy where domain in (
            select domain from fairlead.mta_sts_policy where expires_at < fairlead.now() limit 10)`.execute(
          tx,
        )
      })
    },
  }
}
