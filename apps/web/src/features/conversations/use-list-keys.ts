import type { ConversationRow } from '@fairlead/contract'
import { msg } from '@lingui/core/macro'
import type { RefObject } from 'react'
import { useCommands } from '../../keyboard/commands.ts'
import { isUndelivered } from './folder-scope.ts'
import { rowId } from './list-rows.ts'
import { useRowChanges } from './use-row-acts.tsx'
import type { useSelection } from './use-selection.ts'

const title = msg`Conversations`

interface ListKeys {
  readonly rows: readonly ConversationRow[]
  readonly currentId: string | undefined
  readonly openId: string | undefined
  readonly folder: string | undefined
  readonly selection: ReturnType<typeof useSelection>
  readonly searchBox: RefObject<HTMLInputElement | null>
  readonly move: (row: ConversationRow) => void
  readonly open: (row: ConversationRow) => void
  readonly close: () => void
  readonly ask: (what: 'correct' | 'retry') => void
}

/** The keys of the list: J and K move, Enter opens, X selects, E archives, F and R mend a failed delivery. */
export function useListKeys(list: ListKeys): void {
  const change = useRowChanges(list.folder)
  const { rows, selection } = list
  const at = rows.findIndex(row => rowId(row) === (list.currentId ?? list.openId))
  const current = rows[at]
  const step = (by: 1 | -1) => {
    const next = rows[at < 0 ? 0 : at + by]
    return next ? list.move(next) : false
  }
  const select = (isRange: boolean) => (current ? selection.check(rowId(current), isRange) : false)
  const archive = () => {
    const chosen = selection.selected.length > 0 ? selection.selected : current ? [current] : []
    const sent = chosen.filter(({ folder }) => folder === 'delivered' || folder === 'archived')
    if (sent.length === 0) return false
    const next = rows[at + 1] ?? rows[at - 1]
    change(sent.some(row => !row.isArchived) ? 'archive' : 'unarchive', sent.map(rowId))
    selection.clear()
    if (next && list.openId !== undefined) list.move(next)
  }
  const mend = (what: 'correct' | 'retry') => {
    if (!current || !isUndelivered(current.folder) || current.state === 'complained') return false
    if (list.openId !== rowId(current)) list.open(current)
    list.ask(what)
  }
  const leave = () => {
    if (selection.checked.size > 0) return selection.clear()
    return list.openId === undefined ? false : list.close()
  }
  useCommands(title, [
    { label: msg`Next email`, keys: 'j', isKeyOnly: true, run: () => step(1) },
    { label: msg`Previous email`, keys: 'k', isKeyOnly: true, run: () => step(-1) },
    { label: msg`Next email`, keys: 'arrowdown', isKeyOnly: true, run: () => inList() && step(1) },
    { label: msg`Previous email`, keys: 'arrowup', isKeyOnly: true, run: () => inList() && step(-1) },
    {
      label: msg`Open the email`,
      keys: 'enter',
      isKeyOnly: true,
      run: () => onRow() && current !== undefined && list.open(current),
    },
    { label: msg`Select the email`, keys: 'x', isKeyOnly: true, run: () => select(false) },
    { label: msg`Select up to here`, keys: 'shift+x', isKeyOnly: true, run: () => select(true) },
    { label: msg`Archive`, keys: 'e', icon: 'archive', run: archive },
    { label: msg`Correct the address`, keys: 'f', icon: 'pen', run: () => mend('correct') },
    { label: msg`Retry`, keys: 'r', icon: 'refresh', run: () => mend('retry') },
    { label: msg`Search the list`, keys: '/', icon: 'search', run: () => list.searchBox.current?.focus() },
    { label: msg`Close`, keys: 'escape', isKeyOnly: true, run: leave },
  ])
}

/** Arrows scroll whatever else has the focus. */
const inList = (): boolean => document.activeElement?.closest('[role=grid]') != null

/** Enter presses whatever else has the focus. */
const onRow = (): boolean => document.activeElement?.matches('[role=grid] [role=row]') === true
