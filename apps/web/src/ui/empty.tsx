import type { ReactNode } from 'react'

interface EmptyProps {
  readonly title: ReactNode
  readonly children?: ReactNode
  /** One primary action at most, others beside it. */
  readonly action?: ReactNode
  /** The rope goes through the ring, or has parted before it. */
  readonly rope?: 'through' | 'parted'
}

/** Nothing is here: the ring, one sentence, and what to do. */
export function Empty({ title, children, action, rope = 'through' }: EmptyProps) {
  return (
    <div className="empty">
      <svg className="art" viewBox="0 0 144 88" aria-hidden="true">
        <circle cx="72" cy="44" r="26" stroke="var(--line-2)" strokeWidth="6" />
        {rope === 'through' ? <Through /> : <Parted />}
      </svg>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="row wrap mt-2 justify-center">{action}</div>}
    </div>
  )
}

const Through = () => (
  <>
    <path d="M4 58c26 0 40-14 68-14s44-12 68-12" stroke="var(--accent-fill)" strokeWidth="3.5" />
    <path d="M46.3 48a26 26 0 0 1 2-16" stroke="var(--line-2)" strokeWidth="6" />
  </>
)

const Parted = () => (
  <>
    <path d="M4 58c14 0 24-4 34-8" stroke="var(--accent-fill)" strokeWidth="3.5" />
    <path
      d="M42 48c16-5 30-4 44-6M100 38c14-4 26-6 40-6"
      stroke="var(--line-2)"
      strokeWidth="2.5"
      strokeDasharray="1 7"
    />
  </>
)
