import { useLingui as useCatalogue } from '@lingui/react'
import { useLingui } from '@lingui/react/macro'
import { Outlet } from '@tanstack/react-router'
import { Icon } from '../ui/icon.tsx'
import { NavLink } from './nav-link.tsx'
import type { Place } from './place.ts'
import { usePlacesForMember } from './places-for-member.ts'

/** Pages of a smaller rank are about sending, the others about the workspace and its people. */
const firstOfWorkspace = 30

/** The list of settings pages beside the one that is open. */
export function Settings() {
  const { t } = useLingui()
  const places = usePlacesForMember().filter(({ group }) => group === 'settings')
  return (
    <div className="set">
      <nav className="set-n" aria-label={t`Settings`}>
        <div className="tree-h">{t`Sending`}</div>
        {places.map(place => place.rank < firstOfWorkspace && <PlaceLine key={place.to} place={place} />)}
        <div className="tree-h">{t`Workspace`}</div>
        {places.map(place => place.rank >= firstOfWorkspace && <PlaceLine key={place.to} place={place} />)}
      </nav>
      <div className="set-b">
        <div className="in-w">
          <Outlet />
        </div>
      </div>
    </div>
  )
}

function PlaceLine({ place: { to, icon, label } }: { readonly place: Place }) {
  const { _ } = useCatalogue()
  return (
    <NavLink to={to}>
      <Icon name={icon} size="sm" />
      <span className="ell">{_(label)}</span>
    </NavLink>
  )
}
