import { sql } from 'kysely'
import { asEngine } from '../../platform/database/as-role.ts'
import type { Db } from '../../platform/database/connect.ts'
import type { LinkId } from '../../platform/ids.ts'

export interface SeenWatch {
  readonly cursor: string | null
  readonly reason: { readonly code: string } | null
  readonly failures: number
  readonly attendant: string | null
  /** Seconds until somebody tries to wait at the mailbox again. */
  readonly restSeconds: number
  readonly hasNews: boolean
}

/** How the watch over a link's mailbox stands. */
export async function watchOf(db: Db, linkId: LinkId): Promise<SeenWatch | undefined> {
  const found = await asEngine(db, tx =>
    sql<SeenWatch>`
      select cursor, reason, failures, attendant, has_news as "hasNews",
        extract(epoch from attend_at - fairlead.now())::float8 as "restSeconds"
      from fairlead.link_watch where link_id = ${linkId}`.execute(tx),
  )
  return found.rows[0]
}

/** Notices that the mailbox of a link brought. */
export async function keptOf(
  db: Db,
  linkId: LinkId,
): Promise<{ key: string; state: string; by: string | null }[]> {
  const found = await asEngine(db, tx =>
    sql<{ key: string; state: string; by: string | null }>`
      select dedupe_key as key, state, matched_by as by from fairlead.notice
      where source = ${`link:${linkId}`} order by dedupe_key`.execute(tx),
  )
  return found.rows
}
