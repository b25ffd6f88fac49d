import type { ConversationRow } from '@fairlead/contract'
import { useCallback, useRef, useState } from 'react'
import { rowId } from './list-rows.ts'

const none: ReadonlySet<string> = new Set()

/** Which rows are ticked. With Shift, all between the last tick and this one. */
export function useSelection(rows: readonly ConversationRow[]) {
  const [checked, setChecked] = useState<ReadonlySet<string>>(none)
  const latest = useRef(rows)
  latest.current = rows
  const anchor = useRef<string | null>(null)
  const clear = useCallback(() => setChecked(none), [])
  const check = useCallback((id: string, isRange: boolean) => {
    const ids = latest.current.map(rowId)
    const [from, to] = [anchor.current === null ? -1 : ids.indexOf(anchor.current), ids.indexOf(id)]
    anchor.current = id
    setChecked(before => {
      const after = new Set(before)
      if (isRange && from >= 0 && to >= 0) {
        for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) after.add(each)
      } else if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])
  const selected = checked.size === 0 ? [] : rows.filter(row => checked.has(rowId(row)))
  return { checked, selected, check, clear }
}
