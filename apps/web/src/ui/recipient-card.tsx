import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { initialsOf } from './initials.ts'

interface RecipientCardProps {
  readonly name: string
  readonly address: string
  /** The domain that it names behind "via"; null: none. */
  readonly via: string | null
  /** Mark the via tag: it is not what the rep chose. */
  readonly isViaMarked?: boolean
  /** Mark the address: the channel replaces the chosen one. */
  readonly isAddressMarked?: boolean
  /** Nothing proves where the message comes from: a question mark stands in place of the picture. */
  readonly isQuestioned?: boolean
  /** The line from the rep through the channel to the recipient, above. */
  readonly path?: ReactNode
  readonly time?: ReactNode
  /** "to Marta" */
  readonly to?: ReactNode
  readonly subject?: ReactNode
  readonly preview?: ReactNode
  /** What explains the marks, below. */
  readonly children?: ReactNode
}

/** The From line as the recipient's mail program shows it; what differs from the choice is marked. */
export function RecipientCard(props: RecipientCardProps) {
  const { name, address, isQuestioned, path, time, to, subject, preview, children } = props
  return (
    <div className="gm" aria-live="polite">
      {path}
      <div className="gm-row">
        <span className="gm-av" aria-hidden="true">
          {isQuestioned ? '?' : initialsOf(name || address).slice(0, 1)}
        </span>
        <FromLine {...props} />
        <span className="meta">{time}</span>
        {to && <div className="meta col-start-2 col-end-4">{to}</div>}
      </div>
      {subject && <div className="mt-2 truncate text-read font-semibold">{subject}</div>}
      {preview && <div className="truncate text-ink-2">{preview}</div>}
      {children && <div className="mt-2">{children}</div>}
    </div>
  )
}

function FromLine({ name, address, via, isViaMarked, isAddressMarked }: RecipientCardProps) {
  const shown = isAddressMarked ? <mark className="w">{address}</mark> : address
  return (
    <div className="gm-from">
      <b>{name}</b> <span className="ad">&lt;{shown}&gt;</span>{' '}
      {via && (
        <span className="via">
          <Marked isMarked={isViaMarked === true}>
            <Trans>via {via}</Trans>
          </Marked>
        </span>
      )}
    </div>
  )
}

const Marked = ({ isMarked, children }: { readonly isMarked: boolean; readonly children: ReactNode }) =>
  isMarked ? <mark className="w">{children}</mark> : children
