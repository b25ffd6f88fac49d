import type { ConversationRow } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import { NotFound } from '../../shell/not-found.tsx'
import { usePlaces } from '../../shell/place.ts'
import { BulkBar } from './bulk-bar.tsx'
import { Causes } from './causes.tsx'
import { useChannelNames } from './channel-names.ts'
import { FirstRun } from './first-run.tsx'
import { type FolderScope, folderScope } from './folder-scope.ts'
import { List } from './list.tsx'
import { ListFoot } from './list-foot.tsx'
import { ListHead } from './list-head.tsx'
import { rowId } from './list-rows.ts'
import { filterCount, filterOf, type ListFilter, type ListSearch } from './list-search.ts'
import { ListEmpty, ListFailed, ListLoading } from './list-states.tsx'
import type { RowActs } from './row.tsx'
import { Side } from './side.tsx'
import { Tools } from './tools.tsx'
import { useIsWiderThan } from './use-is-wider-than.ts'
import { useListKeys } from './use-list-keys.ts'
import { composeHref } from './use-row-acts.tsx'
import { useRows } from './use-rows.ts'
import { useSelection } from './use-selection.ts'

const route = '/shell/conversations/{-$folder}' as const

/** The screen of Conversations: a list, and what is open of it. */
export function Conversations() {
  const { folder } = useParams({ from: route })
  const scope = useMemo(() => folderScope(folder), [folder])
  return scope ? <Screen key={folder ?? ''} scope={scope} name={folder} /> : <NotFound />
}

function Screen({ scope, name }: { readonly scope: FolderScope; readonly name: string | undefined }) {
  const { _ } = useLingui()
  const { search, filter, go } = useListAddress()
  const list = useRows(scope, filter)
  const isWide = useIsWiderThan(1099)
  const selection = useSelection(list.rows)
  const [currentId, setCurrentId] = useState(search.open)
  const [asks, setAsks] = useState<'correct' | 'retry' | null>(null)
  const searchBox = useRef<HTMLInputElement>(null)
  const open = useOpen(go, filter)
  const { names } = useChannelNames()
  const acts = useMemo<RowActs>(
    () => ({
      open: row => {
        setCurrentId(rowId(row))
        open(row)
      },
      check: (row, isRange) => selection.check(rowId(row), isRange),
      focus: setCurrentId,
    }),
    [open, selection.check],
  )
  const close = () => {
    setAsks(null)
    go({ ...filter }, true)
  }
  const move = (row: ConversationRow) => {
    setCurrentId(rowId(row))
    if (isWide) go({ ...filter, open: rowId(row), thread: row.threadId }, true)
  }
  useListKeys({
    ...{ rows: list.rows, currentId, openId: search.open, folder: name, selection, searchBox },
    ...{ move, open: acts.open, close, ask: setAsks },
  })
  const failure = list.rows.length === 0 ? list.error : null
  const isEmpty = !list.isLoading && !list.error && list.rows.length === 0 && !list.hasMore
  if (isEmpty && name === undefined && filterCount(filter) === 0 && search.open === undefined)
    return (
      <div className="body">
        <div className="ph hide-s">
          <h1>{_(scope.title)}</h1>
        </div>
        <FirstRun />
      </div>
    )
  return (
    <div className="conv">
      <div className="conv-l">
        <ListHead scope={scope} name={name} filter={filter} />
        {selection.selected.length > 0 ? (
          <BulkBar rows={selection.selected} folder={name} onDone={selection.clear} />
        ) : (
          <Tools filter={filter} onChange={next => go(next, true)} searchBox={searchBox} />
        )}
        <Causes />
        {list.isLoading ? (
          <ListLoading />
        ) : failure ? (
          <ListFailed error={failure} onRetry={list.tryAgain} />
        ) : isEmpty ? (
          <ListEmpty scope={scope} filter={filter} onClear={() => go({}, true)} />
        ) : (
          <List
            label={_(scope.title)}
            {...{ rows: list.rows, hasMore: list.hasMore, loadMore: list.loadMore, acts, currentId }}
            openId={search.open}
            checked={selection.checked}
            channelNames={names}
          />
        )}
        <ListFoot count={list.isLoading || failure ? null : list.rows.length} hasMore={list.hasMore} />
      </div>
      <Side
        {...{ search, close, asks, isWide }}
        rows={list.rows}
        onAsked={setAsks}
        folder={name}
        isEverything={name === undefined}
        onMove={move}
      />
    </div>
  )
}

/** The address of the list: what it says, and how to change it. */
function useListAddress() {
  const search: ListSearch = useSearch({ from: route })
  const navigate = useNavigate({ from: '/conversations/{-$folder}' })
  const words = JSON.stringify(filterOf(search))
  const filter = useMemo(() => JSON.parse(words) as ListFilter, [words])
  const go = useCallback(
    (next: ListSearch, replace: boolean) => {
      void navigate({ search: next, replace, resetScroll: false })
    },
    [navigate],
  )
  return { search, filter, go }
}

/** Opens a row; a draft where it is written. */
function useOpen(go: (next: ListSearch, replace: boolean) => void, filter: ListFilter) {
  const navigate = useNavigate()
  const canCompose = usePlaces().some(({ group }) => group === 'compose')
  return useCallback(
    (row: ConversationRow) => {
      if (row.state === 'draft' && canCompose) void navigate({ href: composeHref(row.emailId) })
      else go({ ...filter, open: rowId(row), thread: row.threadId }, false)
    },
    [go, filter, navigate, canCompose],
  )
}
