import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface NavLinkProps {
  readonly to: string
  readonly children: ReactNode
  readonly className?: string
  /** Only this very address is the current one, not those below it. */
  readonly isExact?: boolean
}

/** A line of the sidebar; the current one says so, to the eye and to a screen reader. */
export const NavLink = ({ to, children, className = 'nav-a', isExact = false }: NavLinkProps) => (
  <Link
    to={to}
    className={className}
    activeOptions={{ exact: isExact }}
    activeProps={{ 'aria-current': 'page' }}
  >
    {children}
  </Link>
)
