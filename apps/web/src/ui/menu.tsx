import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

interface MenuProps {
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly side?: 'top' | 'bottom'
  readonly align?: 'start' | 'center' | 'end'
}

/** Actions behind one button. Inside: `<MenuItem>`, `<MenuRadios>`, `<MenuLine>`. */
export const Menu = ({ trigger, children, side = 'bottom', align = 'start' }: MenuProps) => (
  <Base.Root modal={false}>
    <Base.Trigger render={trigger} />
    <Base.Portal>
      <Base.Positioner className="pop-place" side={side} align={align} sideOffset={6} collisionPadding={8}>
        <Base.Popup className="pop min-w-52">{children}</Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
)

interface MenuItemProps {
  readonly icon?: IconName
  readonly children: ReactNode
  readonly onChoose: () => void
  /** A key that does the same. */
  readonly shortcut?: ReactNode
  /** Why it cannot be chosen now; shown below its words. */
  readonly disabledBecause?: ReactNode
  readonly isDangerous?: boolean
}

export function MenuItem(props: MenuItemProps) {
  const { icon, children, onChoose, shortcut, disabledBecause, isDangerous = false } = props
  return (
    <Base.Item
      className={`pop-a ${isDangerous ? 'text-bad!' : ''}`}
      disabled={Boolean(disabledBecause)}
      onClick={onChoose}
    >
      {icon && <Icon name={icon} />}
      <span className="grow">
        {children}
        {disabledBecause && <span className="meta block">{disabledBecause}</span>}
      </span>
      {shortcut}
    </Base.Item>
  )
}

interface MenuRadiosProps<Value extends string> {
  readonly label: ReactNode
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly icon?: IconName }[]
}

/** One of a few, inside a menu. */
export const MenuRadios = <Value extends string>({
  label,
  value,
  onChange,
  options,
}: MenuRadiosProps<Value>) => (
  <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
    <Base.Group>
      <Base.GroupLabel className="pop-h">{label}</Base.GroupLabel>
      {options.map(option => (
        <Base.RadioItem key={option.value} value={option.value} className="pop-a">
          {option.icon && <Icon name={option.icon} />}
          <span className="grow">{option.label}</span>
          <Base.RadioItemIndicator>
            <Icon name="check" size="sm" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.Group>
  </Base.RadioGroup>
)

export const MenuLine = () => <Base.Separator className="pop-line" />
