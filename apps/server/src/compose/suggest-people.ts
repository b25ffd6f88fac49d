import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'

export interface SuggestedPerson {
  readonly name: string
  readonly address: string
  readonly lastUsedAt: string
  readonly isSuppressed: boolean
}

// Use counts for half after a month.
const monthSeconds = 2_592_000
/** How many of the latest are looked through: a single letter fits most of them, and the time of a keystroke is short. */
const readFor = (q: string): number => (q === '' ? 200 : q.length === 1 ? 5_000 : 50_000)

/**
 * Whom the member wrote to before. First what begins with the words that were typed (address, a word of the name, the
 * domain), then what holds them; the often and lately used before others. Reads the member's own rows alone.
 */
export async function suggestPeople(
  db: Db,
  who: { readonly workspaceId: WorkspaceId; readonly memberId: MemberId },
  wanted: { readonly q: string; readonly limit: number },
): Promise<SuggestedPerson[]> {
  const q = wanted.q.trim().toLowerCase().replaceAll('\0', '').toWellFormed()
  const found = await asWeb(db, who.workspaceId, tx =>
    sql<SuggestedPerson & { lastUsedAt: Date }>`
      select p.name, p.address, p.last_used_at as "lastUsedAt", exists (select from fairlead.suppression s
          where s.workspace_id = ${who.workspaceId} and s.address_key = p.address_key
            and (s.expires_at is null or s.expires_at > fairlead.now())) as "isSuppressed"
      from (
        select f.*, row_number() over (order by f.in_address = 1 or f.word_at > 0 desc, f.domain_at > 0 desc,
            f.uses / (1 + extract(epoch from t.now - f.last_used_at)::float8 / ${monthSeconds}) desc,
            f.last_used_at desc, f.address_key) as place
        from (
          select *, position(${q} in address_key) as in_address, position(' ' || ${q} in ' ' || lower(name)) as word_at,
            position(${q} in lower(name)) as in_name, position('@' || ${q} in address_key) as domain_at
          from fairlead.past_recipient
          where workspace_id = ${who.workspaceId} and member_id = ${who.memberId}
          order by last_used_at desc limit ${readFor(q)}) f
        cross join (select fairlead.now() as now offset 0) t
        where f.in_address > 0 or f.in_name > 0
        order by place limit ${wanted.limit}) p
      order by p.place`.execute(tx),
  )
  return found.rows.map(row => ({ ...row, lastUsedAt: row.lastUsedAt.toISOString() }))
}
