import { Popover as Base } from '@base-ui/react/popover'
import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactElement
  /** Its name for a screen reader. */
  readonly label: string
  readonly children: ReactNode
  readonly side?: 'top' | 'bottom'
  readonly align?: 'start' | 'center' | 'end'
  readonly isOpen?: boolean
  readonly onOpenChange?: (isOpen: boolean) => void
}

/** Something to choose or read beside its button; Escape closes it and gives the focus back. */
export function Popover(props: PopoverProps) {
  const { trigger, label, children, side = 'bottom', align = 'start', isOpen, onOpenChange } = props
  return (
    <Base.Root
      {...(isOpen !== undefined && { open: isOpen })}
      {...(onOpenChange && { onOpenChange: (open: boolean) => onOpenChange(open) })}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="pop-place" side={side} align={align} sideOffset={6} collisionPadding={8}>
          <Base.Popup className="pop" aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** A word or two for what is only a shape; says nothing that stands nowhere else. */
export const Tooltip = ({ tip, children }: { readonly tip: ReactNode; readonly children: ReactElement }) => (
  <BaseTooltip.Root>
    <BaseTooltip.Trigger render={children} delay={500} />
    <BaseTooltip.Portal>
      <BaseTooltip.Positioner className="pop-place" sideOffset={6}>
        <BaseTooltip.Popup className="tip">{tip}</BaseTooltip.Popup>
      </BaseTooltip.Positioner>
    </BaseTooltip.Portal>
  </BaseTooltip.Root>
)
