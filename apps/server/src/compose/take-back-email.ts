import { type Draft, type EmailState, Problem } from '@fairlead/contract'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { readDraftRow, thaw, type WhichEmail } from './draft-row.ts'
import { showDraft } from './read-draft.ts'

/**
 * Makes a waiting email a draft again, as it was written. It locks the row that release and cancel lock too, so exactly
 * one of them wins. Of a draft it answers the draft: asking twice changes nothing. Problems: not-found, email.too-late.
 */
export function takeBackEmail(db: Db, which: WhichEmail, from: readonly EmailState[]): Promise<Draft> {
  return asWeb(db, which.workspaceId, async tx => {
    const row = await readDraftRow(tx, which, { isLocked: true })
    if (row.state !== 'draft') {
      if (!from.includes(row.state)) throw new Problem('email.too-late', { state: row.state })
      await thaw(tx, which, row)
    }
    return showDraft(tx, which, await readDraftRow(tx, which, { isLocked: false }))
  })
}
