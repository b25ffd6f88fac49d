import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

/**
 * Where a step of a line stands. `ok`: happened; `warn`: deferred, it goes on; `bad`: here it ended; `now`: it runs;
 * `cut`: never tried, because the line parted before; `done`: ticked off a list; `next`: still to come.
 */
export type StepIs = 'ok' | 'warn' | 'bad' | 'now' | 'cut' | 'done' | 'next'

const classes = {
  ok: 'ok',
  warn: 'warn',
  bad: 'bad',
  now: 'now',
  cut: 'cut',
  done: 'ok done',
  next: '',
} as const
const words = {
  ok: msg`Done`,
  warn: msg`Put off`,
  bad: msg`Failed`,
  now: msg`Now`,
  cut: msg`Not tried`,
  done: msg`Done`,
  next: msg`To come`,
} as const

/** Steps as rings on one line: a delivery's way, a check of a server, a list of things to do. */
export const Line = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <ol className="ln" aria-label={label}>
    {children}
  </ol>
)

interface StepProps {
  readonly is: StepIs
  readonly title: ReactNode
  /** When, or how long; to the end of the title's line. */
  readonly time?: ReactNode
  readonly children?: ReactNode
}

/** One ring. Its state is told in words to those who do not see it. */
export function Step({ is, title, time, children }: StepProps) {
  const { _ } = useLingui()
  return (
    <li className={classes[is]} aria-current={is === 'now' ? 'step' : undefined}>
      <span className="rg" />
      <div className="h">
        <span className="sr">{_(words[is])}: </span>
        <b>{title}</b>
        {time && <span className="tm">{time}</span>}
      </div>
      {children}
    </li>
  )
}

interface StepsProps {
  readonly label: string
  readonly steps: readonly { readonly title: string; readonly is: 'ok' | 'now' | 'next' }[]
}

/** A line that lies down: where one is in a few pages that follow each other. */
export const Steps = ({ label, steps }: StepsProps) => (
  <ol className="stepl" aria-label={label}>
    {steps.map(({ title, is }) => (
      <li
        key={title}
        className={is === 'next' ? '' : is}
        {...(is === 'now' && { 'aria-current': 'step' as const })}
      >
        <span className="rg" />
        {title}
      </li>
    ))}
  </ol>
)

interface WireProps {
  readonly label: ReactNode
  /** Word for word what was said. `error` colours it. */
  readonly lines: readonly { readonly text: string; readonly is?: 'sent' | 'error' }[]
  readonly isOpen?: boolean
}
const wireClass = { sent: 'c', error: 'e' } as const

/** The talk with a server, word for word, folded away. */
export const Wire = ({ label, lines, isOpen = false }: WireProps) => (
  <details className="raw" open={isOpen}>
    <summary>
      <Icon name="chevron-right" />
      {label}
    </summary>
    <pre className="wire" translate="no">
      {numbered(lines).map(({ number, text, is }) => (
        <span key={number} className={is && wireClass[is]}>
          {`${text}\n`}
        </span>
      ))}
    </pre>
  </details>
)

const numbered = (lines: WireProps['lines']) => lines.map((line, at) => ({ ...line, number: at + 1 }))
