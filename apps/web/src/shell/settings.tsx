import { useLingui as useCatalogue } from '@lingui/react'
import { useLingui } from '@lingui/react/macro'
import { Outlet } from '@tanstack/react-router'
import { Icon } from '../ui/icon.tsx'
import { NavLink } from './nav-link.tsx'
import { usePlacesForMember } from './places-for-member.ts'

/** The list of settings pages beside the one that is open. */
export function Settings() {
  const { t } = useLingui()
  const { _ } = useCatalogue()
  const places = usePlacesForMember().filter(({ group }) => group === 'settings')
  return (
    <div className="set">
      <nav className="set-n" aria-label={t`Settings`}>
        {places.map(({ to, icon, label }) => (
          <NavLink key={to} to={to}>
            <Icon name={icon} />
            <span className="ell">{_(label)}</span>
          </NavLink>
        ))}
      </nav>
      <div className="set-b">
        <div className="in-w">
          <Outlet />
        </div>
      </div>
    </div>
  )
}
