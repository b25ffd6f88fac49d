import type { ReactNode } from 'react'
import { useTitle } from './title.ts'

interface SettingsHeadProps {
  readonly title: string
  /** What this page is for, in a sentence. */
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** The head of a settings page, with its h1. */
export function SettingsHead({ title, children, action }: SettingsHeadProps) {
  useTitle(title)
  return (
    <div className="set-h">
      <div className="grow">
        <h1>{title}</h1>
        {children && <p>{children}</p>}
      </div>
      {action}
    </div>
  )
}
