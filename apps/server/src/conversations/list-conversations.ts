import {
  type ConversationRow,
  type Folder,
  type FolderGroup,
  folderGroups,
  Problem,
} from '@fairlead/contract'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { type Place, readCursor, writeCursor } from './cursor.ts'
import { type Found, type FoundRow, findRows } from './find-rows.ts'
import { type ListFilters, makeRowTests } from './list-filters.ts'
import { readRows } from './read-rows.ts'

export interface WantedPage {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly folder: Folder | null
  /** Several folders as one list; not beside a folder. */
  readonly group?: FolderGroup | null
  /** Words to look for; empty: none. */
  readonly words: string
  readonly filters?: ListFilters
  readonly order?: 'newest' | 'oldest'
  readonly cursor: string | undefined
  readonly limit: number
}

export interface ConversationPage {
  readonly rows: ConversationRow[]
  readonly nextCursor: string | null
  readonly previousCursor: string | null
}

/**
 * One page of a folder, of a group of folders, or of everything, narrowed by words and filters. A page can be shorter
 * than asked for and still have a next one: what filters look through is bounded. Problem: request.invalid.
 */
export function listConversations(db: Db, wanted: WantedPage): Promise<ConversationPage> {
  const { folder, group = null, filters = {}, limit } = wanted
  if (folder !== null && group !== null) {
    throw new Problem('request.invalid', { field: 'group', rule: 'it cannot stand beside folder' })
  }
  const cursor = readCursor(wanted.cursor)
  const isBack = cursor?.goes === 'back'
  const folders = group === null ? folder && [folder] : folderGroups[group]
  return asWeb(db, wanted.workspaceId, async tx => {
    const found = await findRows(tx, folders, {
      ...{ workspaceId: wanted.workspaceId, memberId: wanted.memberId, after: cursor, most: limit + 1 },
      ...{ since: filters.since ?? null, until: filters.until ?? null },
      isNewestFirst: (wanted.order === 'oldest') === isBack,
      tests: await makeRowTests(tx, { ...wanted, filters }),
    })
    const page = cutPage(found, { limit, isBack, from: cursor })
    return {
      rows: await readRows(tx, { workspaceId: wanted.workspaceId, folders, found: page.rows }),
      nextCursor: page.next && writeCursor({ at: page.next.at, id: page.next.id, goes: 'on' }),
      previousCursor:
        page.previous && writeCursor({ at: page.previous.at, id: page.previous.id, goes: 'back' }),
    }
  })
}

interface Page {
  readonly rows: readonly FoundRow[]
  readonly next: Place | null
  readonly previous: Place | null
}

/** The rows in the list's order, and the places from which the pages on both sides begin. */
function cutPage(found: Found, of: { limit: number; isBack: boolean; from: Place | null }): Page {
  const kept = found.rows.slice(0, of.limit)
  const isMore = found.rows.length > of.limit
  const ahead = isMore ? (kept.at(-1) ?? null) : found.stoppedAt
  // Behind is what the cursor came from; the row at the cursor itself is on that side.
  const behind = of.from === null ? null : (kept[0] ?? of.from)
  return of.isBack
    ? { rows: kept.toReversed(), next: behind, previous: ahead }
    : { rows: kept, next: ahead, previous: behind }
}
