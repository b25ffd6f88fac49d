import type { ConversationRow, ThreadEmail } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { type RefObject, useEffect, useRef } from 'react'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Detail } from './detail.tsx'
import { GetReady } from './get-ready.tsx'
import { rowId } from './list-rows.ts'
import type { ListSearch } from './list-search.ts'
import { useEmailActs, useRowChanges } from './use-row-acts.tsx'

interface SideProps {
  readonly search: ListSearch
  readonly rows: readonly ConversationRow[]
  readonly folder: string | undefined
  readonly isWide: boolean
  /** The list is that of all emails: what is left to do to send well stands beside it. */
  readonly isEverything: boolean
  readonly close: () => void
  readonly onMove: (row: ConversationRow) => void
  readonly asks: 'correct' | 'retry' | null
  readonly onAsked: (asks: 'correct' | 'retry' | null) => void
}

/** The opened email beside the list; over it where there is no room for both. */
export function Side(props: SideProps) {
  const { t } = useLingui()
  const { search, isWide, close, asks, onAsked } = props
  const { open, thread } = search
  const isOpen = open !== undefined && thread !== undefined
  const sheet = useRef<HTMLElement>(null)
  useSheetFocus(sheet, isOpen && !isWide, close)
  return (
    <>
      {isOpen && !isWide && <div className="scrim z-50!" onPointerDown={close} />}
      <aside ref={sheet} className={`det ${isOpen ? 'open' : ''}`} aria-label={t`Email`}>
        {isOpen ? (
          <Detail
            {...{ id: open, threadId: thread, asks, onAsked }}
            bar={email => <Bar {...props} email={email} open={open} />}
          />
        ) : (
          isWide && (
            <>
              <Empty title={<Trans>Nothing open</Trans>}>
                <Trans>Choose an email to see what became of it.</Trans>
              </Empty>
              {props.isEverything && (
                <div className="px-5">
                  <GetReady />
                </div>
              )}
            </>
          )
        )}
      </aside>
    </>
  )
}

interface BarProps extends SideProps {
  readonly open: string
  readonly email: ThreadEmail | undefined
}

function Bar({ rows, open, email, isWide, close, folder, onMove }: BarProps) {
  const { t, i18n } = useLingui()
  const change = useRowChanges(folder)
  const at = rows.findIndex(row => rowId(row) === open)
  const place = i18n.number(at + 1)
  const count = i18n.number(rows.length)
  const isSent =
    email?.deliveries.some(each => each.folder === 'delivered' || each.folder === 'archived') === true
  const leave = () => {
    const next = rows[at + 1] ?? rows[at - 1]
    if (isWide && next) onMove(next)
    else close()
  }
  const run = (kind: 'archive' | 'unarchive' | 'delete', id: string) => {
    change(kind, [id])
    leave()
  }
  return (
    <div className="det-bar">
      {!isWide && (
        <Button look="ghost" size="sm" icon="chevron-left" label={t`Back to list`} onClick={close} />
      )}
      {at >= 0 && (
        <span className="meta hide-s">
          <Trans>
            {place} of {count}
          </Trans>
        </span>
      )}
      <span className="push" />
      {email && isSent && <FollowUp id={email.id} />}
      {email && isSent && (
        <Button
          look="ghost"
          size="sm"
          icon="archive"
          label={email.isArchived ? t`Unarchive` : t`Archive`}
          onClick={() => run(email.isArchived ? 'unarchive' : 'archive', email.id)}
        />
      )}
      {email && (
        <Button look="ghost" size="sm" icon="trash" label={t`Delete`} onClick={() => run('delete', open)} />
      )}
    </div>
  )
}

function FollowUp({ id }: { readonly id: string }) {
  const { t } = useLingui()
  const { act, isBusy, canCompose } = useEmailActs()
  if (!canCompose) return null
  return (
    <Button
      look="ghost"
      size="sm"
      icon="reply"
      label={t`Follow up`}
      isBusy={isBusy}
      onClick={() => act({ kind: 'follow-up', id })}
    />
  )
}

/** As a sheet it takes the focus and keeps it, closes on Escape, and gives the focus back to the row. */
function useSheetFocus(sheet: RefObject<HTMLElement | null>, isOn: boolean, close: () => void): void {
  const latest = useRef(close)
  latest.current = close
  useEffect(() => {
    const element = sheet.current
    if (!isOn || element === null) return
    const before = document.activeElement
    // The sheet is invisible until its class has taken hold.
    const frame = requestAnimationFrame(() => element.querySelector<HTMLElement>('button')?.focus())
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Tab') keepInside(element, event)
    }
    element.addEventListener('keydown', onKey)
    return () => {
      cancelAnimationFrame(frame)
      element.removeEventListener('keydown', onKey)
      if (before instanceof HTMLElement) before.focus()
    }
  }, [isOn, sheet])
}

function keepInside(element: HTMLElement, event: KeyboardEvent): void {
  const inside = [...element.querySelectorAll<HTMLElement>('a[href], button, summary, [tabindex="0"]')]
  const [first, last] = [inside[0], inside.at(-1)]
  const edge = event.shiftKey ? first : last
  if (document.activeElement !== edge) return
  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}
