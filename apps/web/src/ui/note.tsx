import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'
import { type Tone, toneClass, toneIcon } from './pill.tsx'

interface NoteProps {
  readonly tone?: Tone
  readonly icon?: IconName
  readonly children: ReactNode
  /** At most one. */
  readonly action?: ReactNode
}

/** A sentence that has to be read here. */
export function Note({ tone = 'neutral', icon, children, action }: NoteProps) {
  return (
    <div className={`note ${toneClass(tone)}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon ?? toneIcon(tone === 'bad' ? 'warn' : tone)} />
      <div className="grow min-w-0">{children}</div>
      {action}
    </div>
  )
}

interface CauseBarProps {
  readonly icon?: IconName
  /** "4 emails wait on one thing." */
  readonly title: ReactNode
  readonly children: ReactNode
  readonly action: ReactNode
}

/** Many emails, one cause, one thing to do about it. */
export const CauseBar = ({ icon = 'plug', title, children, action }: CauseBarProps) => (
  <div className="cause" role="status">
    <Icon name={icon} />
    <p className="grow min-w-0">
      <b>{title}</b> <span className="dim">{children}</span>
    </p>
    {action}
  </div>
)

/** A part of a page with an edge; `title` gives it a head. */
export function Card({
  title,
  aside,
  children,
}: {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="card">
      {title && (
        <div className="card-h">
          <h2>{title}</h2>
          {aside && <span className="push">{aside}</span>}
        </div>
      )}
      <div className="card-b">{children}</div>
    </section>
  )
}
