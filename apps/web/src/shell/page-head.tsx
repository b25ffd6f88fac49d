import type { ReactNode } from 'react'
import { useTitle } from './title.ts'

interface PageHeadProps {
  /** The page's one h1, and its name in the browser's tab. */
  readonly title: string
  /** Shown in place of the title where it is more than a text; the h1 all the same. */
  readonly shown?: ReactNode
  readonly children?: ReactNode
}

/** The head of a screen inside the panel: title, then tabs, then actions (`className="push"` moves them to the end). */
export function PageHead({ title, shown, children }: PageHeadProps) {
  useTitle(title)
  return (
    <div className="ph">
      <h1>{shown ?? title}</h1>
      {children}
    </div>
  )
}
