import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'
import { type Tone, toneIcon } from './pill.tsx'

interface VerdictProps {
  /** What happened, in one sentence a person would say. */
  readonly title: ReactNode
  readonly children?: ReactNode
  /** default: bad */
  readonly tone?: Exclude<Tone, 'neutral' | 'info'>
  /** `<VerdictAction>`s, the best first. */
  readonly actions?: ReactNode
}

/** What happened to an email, and everything that can be done about it, in one card. */
export function Verdict({ title, children, tone = 'bad', actions }: VerdictProps) {
  return (
    <section className={`verdict ${tone}`}>
      <div className="verdict-h">
        <Icon name={toneIcon(tone === 'bad' ? 'warn' : tone)} />
        <div>
          <h3>{title}</h3>
          {children && <p>{children}</p>}
        </div>
      </div>
      {actions && <ul className="nba">{actions}</ul>}
    </section>
  )
}

interface VerdictActionProps {
  readonly icon: IconName
  readonly title: ReactNode
  /** Why one would, or, where it is off, why one cannot. */
  readonly because: ReactNode
  /** It cannot help: `because` says why. */
  readonly isOff?: boolean
  /** The button; where `isOff`, give it `disabledBecause` and this row's `reasonId`. */
  readonly button: ReactNode
  readonly reasonId?: string
}

/** One thing that can be done; an impossible one stays, with the reason. */
export const VerdictAction = ({
  icon,
  title,
  because,
  isOff = false,
  button,
  reasonId,
}: VerdictActionProps) => (
  <li className={isOff ? 'off' : ''}>
    <Icon name={icon} />
    <div className="grow">
      <b>{title}</b>
      <div className="meta" id={reasonId}>
        {because}
      </div>
    </div>
    {button}
  </li>
)
