import type { ConversationRow } from '@fairlead/contract'
import { Plural, Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { isUndelivered } from './folder-scope.ts'
import { rowId } from './list-rows.ts'
import { SendAgain } from './send-again.tsx'
import { useRowChanges } from './use-row-acts.tsx'

interface BulkBarProps {
  readonly rows: readonly ConversationRow[]
  readonly folder: string | undefined
  readonly onDone: () => void
}

/** Stands in place of the tools while rows are selected. */
export function BulkBar({ rows, folder, onDone }: BulkBarProps) {
  const change = useRowChanges(folder)
  const [isAsking, setIsAsking] = useState(false)
  const failed = rows.filter(row => isUndelivered(row.folder) && row.state !== 'complained')
  const sent = rows.filter(row => row.folder === 'delivered' || row.folder === 'archived')
  const isArchive = sent.some(row => !row.isArchived)
  const run = (kind: Parameters<typeof change>[0], of: readonly ConversationRow[]) => {
    change(kind, of.map(rowId))
    onDone()
  }
  return (
    <div className="tools" role="toolbar">
      <b className="push-end px-2">
        <Plural value={rows.length} one="# selected" other="# selected" />
      </b>
      {sent.length > 0 && (
        <Button size="sm" icon="archive" onClick={() => run(isArchive ? 'archive' : 'unarchive', sent)}>
          {isArchive ? <Trans>Archive</Trans> : <Trans>Unarchive</Trans>}
        </Button>
      )}
      {failed.length > 0 && (
        <Button size="sm" icon="refresh" onClick={() => setIsAsking(true)}>
          <Trans>Retry</Trans>
        </Button>
      )}
      <Button size="sm" icon="trash" onClick={() => run('delete', rows)}>
        <Trans>Delete</Trans>
      </Button>
      <Button size="sm" look="ghost" className="push" onClick={onDone}>
        <Trans>Clear selection</Trans>
      </Button>
      {isAsking && (
        <SendAgain
          deliveries={failed.map(row => ({
            ...{ id: rowId(row), linkId: row.linkId ?? '', address: row.to[0]?.address ?? '' },
            state: row.state === 'uncertain' ? 'uncertain' : 'refused',
          }))}
          onClose={() => setIsAsking(false)}
          onSent={onDone}
        />
      )}
    </div>
  )
}
