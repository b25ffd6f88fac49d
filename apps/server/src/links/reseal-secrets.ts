import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { secretPlace } from './insert-link.ts'

const mostAtOnce = 200
const firstId = '00000000-0000-0000-0000-000000000000' as LinkId

/**
 * Seals every link's secret with the first app key, so that an older one can be taken out of FAIRLEAD_APP_KEYS. One
 * that was changed meanwhile is sealed with the first key already. Answers how many were sealed anew.
 */
export async function resealSecrets(
  parts: { readonly db: Db; readonly secrets: Secrets },
  signal: AbortSignal,
): Promise<number> {
  let [resealed, after] = [0, firstId]
  while (!signal.aborted) {
    const start: LinkId = after
    const found = await asEngine(parts.db, tx =>
      sql<{ id: LinkId; secret: string }>`
        select id, secret from fairlead.link where secret is not null and id > ${start}
        order by id limit ${mostAtOnce}`.execute(tx),
    )
    for (const row of found.rows) resealed += await resealOne(parts, row)
    const last = found.rows.at(-1)
    if (last === undefined) break
    after = last.id
  }
  return resealed
}

async function resealOne(
  { db, secrets }: { readonly db: Db; readonly secrets: Secrets },
  { id, secret }: { readonly id: LinkId; readonly secret: string },
): Promise<number> {
  const sealed = secrets.reseal(secret, secretPlace(id))
  if (sealed === null) return 0
  const written = await asEngine(db, tx =>
    sql`update fairlead.link set secret = ${sealed} where id = ${id} and secret = ${secret} returning id`.execute(
      tx,
    ),
  )
  return written.rows.length
}
