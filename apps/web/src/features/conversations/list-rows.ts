import type { ConversationRow } from '@fairlead/contract'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import type { FolderScope } from './folder-scope.ts'
import type { ListFilter } from './list-search.ts'

export interface RowsPage {
  readonly rows: readonly ConversationRow[]
  readonly nextCursor: string | null
}
type Rows = InfiniteData<RowsPage, string | null>

const pageRows = 100
const dayMs = 86_400_000

/** Their own noun: a list of many pages is kept true at its head, not asked for anew as a whole. */
const noun = 'conversation-rows'
export const rowsKey = (scope: FolderScope, filter: ListFilter) =>
  [noun, scope.folder ?? scope.group ?? null, filter] as const

/** The id that stands for a row in requests and in the address. */
export const rowId = (row: ConversationRow): string =>
  row.unit === 'delivery' && row.deliveryId !== null ? row.deliveryId : row.emailId

interface Wanted {
  readonly scope: FolderScope
  readonly filter: ListFilter
  readonly cursor: string | null
  readonly signal?: AbortSignal
}

/** One page of the list that the address asks for. */
export async function readRows({ scope, filter, cursor, signal }: Wanted): Promise<RowsPage> {
  const { days, identity, reason, ...same } = filter
  return await api.conversations.list(
    {
      ...(scope.folder && { folder: scope.folder }),
      ...(scope.group && { group: scope.group }),
      ...same,
      ...(days && { since: new Date(startOfDay(Date.now()) - (days - 1) * dayMs).toISOString() }),
      ...(identity && { identityId: identity }),
      ...(reason && { reasonGroup: reason }),
      ...(cursor && { cursor }),
      limit: pageRows,
    },
    signal ? { signal } : {},
  )
}

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** All rows that were loaded, each once. */
export function rowsIn(data: Pick<Rows, 'pages'> | undefined): readonly ConversationRow[] {
  const seen = new Set<string>()
  return (data?.pages ?? []).flatMap(page =>
    page.rows.filter(row => {
      const id = rowId(row)
      return !seen.has(id) && seen.add(id)
    }),
  )
}

/**
 * Brings the head of a loaded list up to date: what is new comes in, what moved away goes. Rows further down than the
 * first page stay as they were read.
 */
export async function refreshHead(client: QueryClient, wanted: Omit<Wanted, 'cursor'>): Promise<void> {
  const head = await readRows({ ...wanted, cursor: null })
  client.setQueryData<Rows>(rowsKey(wanted.scope, wanted.filter), old => old && withHead(old, head))
}

/** The list with a newly read first page; rows older than that page's last one are kept. */
export function withHead(old: Rows, head: RowsPage): Rows {
  const last = head.rows.at(-1)
  const [first, ...others] = old.pages
  if (first === undefined || head.nextCursor === null || last === undefined)
    return { pages: [head], pageParams: [null] }
  const ids = new Set(head.rows.map(rowId))
  const isKept = (row: ConversationRow) => !ids.has(rowId(row)) && row.at <= last.at
  const kept = first.rows.filter(isKept)
  const rest = others.map(page => ({ ...page, rows: page.rows.filter(isKept) }))
  // Of one page alone the rows pushed out of it are read again with the next one.
  if (rest.length === 0) return { pages: [head], pageParams: [null] }
  return { ...old, pages: [{ ...first, rows: [...head.rows, ...kept] }, ...rest] }
}

/** Takes rows out of every list at once, before the server is asked again. */
export function removeRows(client: QueryClient, ids: readonly string[]): void {
  const gone = new Set(ids)
  client.setQueriesData<Rows>({ queryKey: [noun] }, old =>
    old
      ? {
          ...old,
          pages: old.pages.map(page => ({ ...page, rows: page.rows.filter(row => !gone.has(rowId(row))) })),
        }
      : old,
  )
}
