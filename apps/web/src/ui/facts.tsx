import type { ReactNode } from 'react'

/** Pairs of a name and what is so; `<Fact>`s inside. */
export const Facts = ({ children }: { readonly children: ReactNode }) => <dl className="facts">{children}</dl>

interface FactProps {
  readonly name: ReactNode
  readonly note?: ReactNode
  readonly children: ReactNode
}

export const Fact = ({ name, note, children }: FactProps) => (
  <div>
    <dt>{name}</dt>
    <dd>
      {children}
      {note && <small>{note}</small>}
    </dd>
  </div>
)

interface MeterProps {
  readonly label: string
  /** Both in the same unit; the bar is full at `of`. */
  readonly value: number
  readonly of: number
}

/** How much of an allowance is used. The system's own meter cannot be drawn alike everywhere. */
export const Meter = (props: MeterProps) => (
  <div className="meter" {...toldAsMeter(props)}>
    <i style={{ width: `${props.of > 0 ? Math.min(100, (props.value / props.of) * 100) : 0}%` }} />
  </div>
)

const toldAsMeter = ({ label, value, of }: MeterProps) =>
  ({
    ...{ role: 'meter', 'aria-label': label },
    ...{ 'aria-valuemin': 0, 'aria-valuemax': of, 'aria-valuenow': value },
  }) as const

/** How much of something there is, in three steps; the word beside it says the same. */
export const ThreeSteps = ({ on }: { readonly on: 0 | 1 | 2 | 3 }) => (
  <span className="steps3" aria-hidden="true">
    {[1, 2, 3].map(step => (
      <i key={step} className={step <= on ? 'on' : ''} />
    ))}
  </span>
)
