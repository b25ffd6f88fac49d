import type { ReactNode } from 'react'

/** A component's name, and it in its states. */
export const Exhibit = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="col gap-3">
    <h2>{title}</h2>
    <div className="row wrap gap-3">{children}</div>
  </section>
)
