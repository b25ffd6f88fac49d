/** The mark: a ring, and the rope over its left edge and under its right one. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" fill="none" strokeLinecap="round" aria-hidden="true">
      <path className="ring" strokeWidth="2.5" d="M5.02 10.13A7.23 7.23 0 1 1 6.25 16.4" />
      <path
        className="rope"
        strokeWidth="2.2"
        d="M.8 15.6C5.5 15.6 7.8 12 12 12c1.6 0 2.8-.5 3.9-1.05M21.3 8.6c.5-.1 1.2-.2 1.9-.2"
      />
    </svg>
  )
}

/** Mark and name, as in the sidebar's head. */
export function Brand() {
  return (
    <span className="brand">
      <Mark />
      <span translate="no">Fairlead</span>
    </span>
  )
}
