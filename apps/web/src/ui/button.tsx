import { type ComponentProps, type ReactNode, useId } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

export interface ButtonLook {
  readonly look?: 'default' | 'primary' | 'ghost' | 'danger' | 'danger-filled'
  readonly size?: 'sm' | 'md' | 'lg'
  /** Drawn before the text; alone, where there is no text: then `label` names the button. */
  readonly icon?: IconName
}

interface ButtonProps extends ButtonLook, Omit<ComponentProps<'button'>, 'disabled'> {
  /** What a button without text is called; shown as its tip too. */
  readonly label?: string
  /** Why it cannot be used now. The button stays in reach, so that the reason can be read; a press does nothing. */
  readonly disabledBecause?: ReactNode
  /** Something runs: the button keeps its width and takes no second press. */
  readonly isBusy?: boolean
  /** Where the reason stands already beside the button: the id of that text, instead of a second one. */
  readonly reasonId?: string
}

const looks = { default: '', primary: 'pri', ghost: 'gh', danger: 'dan', 'danger-filled': 'danfill' } as const

/** The classes of a button, for links that look like one. */
export function buttonClass({ look = 'default', size = 'md', icon }: ButtonLook, hasText = true): string {
  const alone = icon && !hasText ? 'ic' : ''
  return ['btn', looks[look], size === 'md' ? '' : size, alone].filter(Boolean).join(' ')
}

/** A button; never submits a form unless `type="submit"`. */
export function Button(props: ButtonProps) {
  const {
    look,
    size,
    icon,
    label,
    disabledBecause,
    isBusy,
    reasonId,
    children,
    className = '',
    ...rest
  } = props
  const ownReasonId = useId()
  const isOff = Boolean(disabledBecause) || isBusy === true
  const described = disabledBecause ? (reasonId ?? ownReasonId) : rest['aria-describedby']
  return (
    <>
      <button
        type="button"
        {...rest}
        className={`${buttonClass({ ...(look && { look }), ...(size && { size }), ...(icon && { icon }) }, Boolean(children))} ${className}`}
        aria-label={children ? rest['aria-label'] : label}
        title={children ? rest.title : (rest.title ?? label)}
        aria-disabled={isOff || undefined}
        aria-busy={isBusy || undefined}
        aria-describedby={described}
        onClick={event => (isOff ? event.preventDefault() : rest.onClick?.(event))}
      >
        {icon && <Icon name={icon} />}
        {children}
      </button>
      {disabledBecause && !reasonId && (
        <span id={ownReasonId} className="meta">
          {disabledBecause}
        </span>
      )}
    </>
  )
}

/** Two buttons that look like one: the action, and what else it can do. */
export const SplitButton = ({ children }: { readonly children: ReactNode }) => (
  <span className="split">{children}</span>
)
