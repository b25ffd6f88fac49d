import type { Folder } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import { timeText } from './cursor.ts'
import { type FoundRow, type PageOf, statesOfFolder } from './find-rows.ts'

const mostWords = 10

/**
 * The words of a search as a tsquery: each may be the beginning of a word, all must be there. Null when there is
 * nothing to look for. Signs part words, as they do in fairlead.search_vector().
 */
export function searchQuery(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  if (words.length === 0) return null
  return words
    .slice(0, mostWords)
    .map(word => `'${word}':*`)
    .join(' & ')
}

/** Emails that hold all the words, newest first; with a folder, those that have something in it. */
export async function searchEmails(
  tx: Tx,
  query: string,
  page: PageOf & { folder: Folder | null },
): Promise<readonly FoundRow[]> {
  const states = page.folder === null ? null : (statesOfFolder[page.folder] ?? null)
  const folder = states === null ? page.folder : null
  const found = await sql<FoundRow>`
    select ${timeText('at')} as at, id, id as "emailId", null as "deliveryId"
    from fairlead.search_emails(${page.memberId}, to_tsquery('simple', ${query}), ${folder}, ${states}::text[],
      ${page.after.at}::timestamptz, ${page.after.id}::uuid, ${page.most}) as found (id, at)`.execute(tx)
  return found.rows
}
