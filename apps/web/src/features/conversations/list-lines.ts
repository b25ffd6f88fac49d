import type { ConversationRow } from '@fairlead/contract'
import { rowId } from './list-rows.ts'

/** A line of the list: the head of a day, or a row. */
export type ListLine =
  | { readonly is: 'day'; readonly key: string; readonly at: Date }
  | { readonly is: 'row'; readonly key: string; readonly row: ConversationRow; readonly index: number }

/** Rows with a head before each day, days as they are where the reader sits. */
export function listLines(rows: readonly ConversationRow[]): readonly ListLine[] {
  let day = ''
  return rows.flatMap((row, index): ListLine[] => {
    const at = new Date(row.at)
    const line = { is: 'row', key: rowId(row), row, index } as const
    if (at.toDateString() === day) return [line]
    day = at.toDateString()
    return [{ is: 'day', key: `${day} ${index}`, at }, line]
  })
}
