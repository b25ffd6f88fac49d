import { Dialog as Base } from '@base-ui/react/dialog'
import { useLingui } from '@lingui/react/macro'
import type { ReactNode, RefObject } from 'react'
import { Button } from './button.tsx'

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  /** To the title's end. */
  readonly aside?: ReactNode
  readonly children: ReactNode
  /** Buttons below: what to do first, then Cancel. */
  readonly actions?: ReactNode
  /** What gets the focus at first; default: the first thing that can have it. */
  readonly firstFocus?: RefObject<HTMLElement | null>
}

/** A question or a list over the page. Keeps the focus inside; Escape closes and gives it back. */
export function Dialog({ isOpen, onClose, title, aside, children, actions, firstFocus }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className="dialog" {...(firstFocus && { initialFocus: firstFocus })}>
          <Head {...{ title, aside }} />
          <div className="dialog-b">{children}</div>
          {actions && <div className="dialog-f">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** A panel from the end of the page, for work on one thing while its list stays in sight. */
export function Drawer({ isOpen, onClose, title, aside, children, actions, firstFocus }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={open => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className="drawer" {...(firstFocus && { initialFocus: firstFocus })}>
          <Head {...{ title, aside }} />
          <div className="flex grow min-h-0 flex-col overflow-auto">{children}</div>
          {actions && <div className="dialog-f">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Head({ title, aside }: { readonly title: ReactNode; readonly aside: ReactNode }) {
  const { t } = useLingui()
  return (
    <div className="card-h">
      <Base.Title>{title}</Base.Title>
      <span className="push row">{aside}</span>
      <Base.Close render={<Button look="ghost" size="sm" icon="x" label={t`Close`} />} />
    </div>
  )
}
