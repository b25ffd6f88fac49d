import type { Draft } from '@fairlead/contract'
import { useLingui as useCatalogue } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { problemSentence } from '../../api/problem-sentence.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import type { SaveState } from './draft-keeper.ts'
import { htmlToLine } from './html-to-line.ts'

/** In the header: whether what was typed is safe, and where. */
export function SaveNote({ state, onRetry }: { readonly state: SaveState; readonly onRetry: () => void }) {
  return (
    <span className="meta row gap-1!" role="status">
      <SaveWords state={state} />
      {state.is === 'kept-here' && !state.isSignedOut && (
        <Button size="sm" look="ghost" onClick={onRetry}>
          <Trans>Try now</Trans>
        </Button>
      )}
    </span>
  )
}

function SaveWords({ state }: { readonly state: SaveState }) {
  const { i18n } = useCatalogue()
  if (state.is === 'untouched') return null
  if (state.is === 'typing' || state.is === 'saving') return <Trans>Saving…</Trans>
  if (state.is === 'saved') {
    const time = i18n.date(state.at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return (
      <>
        <Icon name="check" size="sm" />
        <Trans>Draft saved {time}</Trans>
      </>
    )
  }
  return (
    <span className="row gap-1! text-warn">
      <Icon name="alert" size="sm" />
      {state.is === 'conflict' && <Trans>Changed in another window</Trans>}
      {state.is === 'kept-here' && <KeptHere {...state} />}
      {state.is === 'refused' && <Trans>Not saved: {problemSentence(state.error)}</Trans>}
    </span>
  )
}

function KeptHere({ hasRoom, isSignedOut }: Extract<SaveState, { is: 'kept-here' }>) {
  if (!hasRoom)
    return <Trans>Not saved: this device has no room for a copy either. Keep this page open.</Trans>
  if (isSignedOut) return <Trans>Kept on this device until you sign in</Trans>
  return <Trans>Fairlead cannot be reached. Kept on this device.</Trans>
}

interface ConflictNoteProps {
  readonly theirs: Draft
  readonly onTakeTheirs: () => void
  readonly onKeepMine: () => void
}

/** Two windows wrote on one draft: the choice is the rep's. */
export function ConflictNote({ theirs, onTakeTheirs, onKeepMine }: ConflictNoteProps) {
  const { i18n } = useCatalogue()
  const time = i18n.date(new Date(theirs.savedAt), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const beginning = htmlToLine(theirs.html)
  return (
    <div className="p-3" role="alert">
      <Note tone="warn">
        <b>
          <Trans>This draft was changed in another window at {time}.</Trans>
        </b>
        <p className="dim">
          <Trans>Nothing is overwritten until you choose. The other version:</Trans>
        </p>
        <p className="truncate">
          <b>{theirs.subject || <Trans>(no subject)</Trans>}</b> {beginning}
        </p>
        <span className="row wrap mt-2">
          <Button size="sm" onClick={onKeepMine}>
            <Trans>Keep what is here</Trans>
          </Button>
          <Button size="sm" onClick={onTakeTheirs}>
            <Trans>Use the other version</Trans>
          </Button>
        </span>
      </Note>
    </div>
  )
}
