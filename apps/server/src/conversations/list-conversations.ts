import type { ConversationRow, Folder } from '@fairlead/contract'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { cutPage, readCursor } from './cursor.ts'
import { findAllEmails, findFolderRows, type PageOf } from './find-rows.ts'
import { readRows } from './read-rows.ts'
import { searchEmails, searchQuery } from './search-emails.ts'

export interface WantedPage {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly folder: Folder | null
  /** Words to look for; empty: none. A search finds emails, in whatever folder they are. */
  readonly words: string
  readonly cursor: string | undefined
  readonly limit: number
}

export interface ConversationPage {
  readonly rows: ConversationRow[]
  readonly nextCursor: string | null
}

/** One page of a folder, of a search, or of everything, newest first. Problem: request.invalid (cursor). */
export function listConversations(db: Db, wanted: WantedPage): Promise<ConversationPage> {
  const after = readCursor(wanted.cursor)
  return asWeb(db, wanted.workspaceId, async tx => {
    const found = await findRows(tx, wanted, { ...wanted, after, most: wanted.limit + 1 })
    const { rows, nextCursor } = cutPage(found, wanted.limit)
    return { rows: await readRows(tx, { ...wanted, found: rows }), nextCursor }
  })
}

function findRows(tx: Tx, { folder, words }: WantedPage, page: PageOf) {
  const query = searchQuery(words)
  if (query !== null) return searchEmails(tx, query, { ...page, folder })
  return folder === null ? findAllEmails(tx, page) : findFolderRows(tx, folder, page)
}
