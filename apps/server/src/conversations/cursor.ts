import { Problem } from '@fairlead/contract'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'

/** Where a page ended: the sort time to the microsecond, which a Date would lose, and the row's id. */
export interface PageEnd {
  readonly at: string
  readonly id: string
}

const shape = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/), z.uuid()])

/** A time column as ISO 8601 in UTC with microseconds, whatever the server's own style and zone. */
export function timeText(column: string): RawBuilder<string> {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

/** Before the first page: every row comes after it. */
export const firstPage: PageEnd = { at: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }

export function writeCursor(end: PageEnd): string {
  return Buffer.from(JSON.stringify([end.at, end.id])).toString('base64url')
}

/** Problem: request.invalid, for anything that `writeCursor` did not write. */
export function readCursor(cursor: string | undefined): PageEnd {
  if (cursor === undefined) return firstPage
  try {
    const [at, id] = shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { at, id }
  } catch {
    throw new Problem('request.invalid', {
      field: 'cursor',
      rule: 'it must be the nextCursor of another page',
    })
  }
}

/** A page of at most `limit` rows from a query that asked for one more, and the cursor of the next. */
export function cutPage<R extends PageEnd>(
  rows: readonly R[],
  limit: number,
): { rows: readonly R[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, nextCursor: rows.length > limit && last ? writeCursor(last) : null }
}
