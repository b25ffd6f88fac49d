import { type ComponentProps, type ReactNode, useId } from 'react'

type BoxProps = Omit<ComponentProps<'input'>, 'type'> & {
  /** Its words; without them, give `aria-label`. */
  readonly children?: ReactNode
  readonly hint?: ReactNode
}

interface LabelledProps extends BoxProps {
  readonly look: string
  readonly type: 'checkbox' | 'radio'
}

/** The box, and its words as one target with it. */
function Labelled({ children, hint, look, className = '', ...props }: LabelledProps) {
  const ownId = useId()
  const id = props.id ?? ownId
  const box = <input {...props} id={id} className={`${look} ${className}`} />
  if (!children) return box
  return (
    <label htmlFor={id} className="inline-flex min-h-6 cursor-pointer items-start gap-2">
      <span className="grid h-5 flex-none place-items-center">{box}</span>
      <span>
        {children}
        {hint && <span className="meta block">{hint}</span>}
      </span>
    </label>
  )
}

export const Checkbox = (props: BoxProps) => <Labelled {...props} type="checkbox" look="cb" />
export const Radio = (props: BoxProps) => <Labelled {...props} type="radio" look="cb" />

/** On or off, at once: for settings that need no Save. A checkbox of the system, told as a switch. */
export const Switch = (props: BoxProps) => <Labelled {...props} {...asSwitch} type="checkbox" look="sw" />
const asSwitch = { role: 'switch' } as const

interface SegmentedProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly {
    readonly value: Value
    readonly label: ReactNode
    readonly count?: ReactNode
  }[]
}

/** A few choices side by side, one of them on; with counts where they filter. */
export function Segmented<Value extends string>({ label, value, onChange, options }: SegmentedProps<Value>) {
  return (
    <fieldset className="seg" aria-label={label}>
      {options.map(option => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count !== undefined && <span className="n">{option.count}</span>}
        </button>
      ))}
    </fieldset>
  )
}
