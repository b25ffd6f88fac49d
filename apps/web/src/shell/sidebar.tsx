import { useLingui as useCatalogue } from '@lingui/react'
import { useLingui } from '@lingui/react/macro'
import { Link, useRouterState } from '@tanstack/react-router'
import { useMember } from '../api/session.ts'
import { KeyCaps } from '../keyboard/key-caps.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Brand } from '../ui/mark.tsx'
import { ChannelStates } from './channel-states.tsx'
import { NavLink } from './nav-link.tsx'
import type { Overlay } from './overlay.ts'
import type { Place } from './place.ts'
import { usePlacesForMember } from './places-for-member.ts'
import { SandboxNotice } from './sandbox-notice.tsx'
import { useSideSheet } from './side-sheet.ts'
import { ThemeButton } from './theme-button.tsx'
import { UserMenu } from './user-menu.tsx'

interface SidebarProps {
  /** Below 860 px it is a sheet over the page. */
  readonly isOpen: boolean
  readonly open: (overlay: Overlay) => void
  readonly close: () => void
}

export function Sidebar({ isOpen, open, close }: SidebarProps) {
  const { t } = useLingui()
  const { mode } = useMember()
  const side = useSideSheet(isOpen, close)
  return (
    <>
      {isOpen && <div className="scrim tablet:hidden" onPointerDown={close} />}
      <aside className={`side ${isOpen ? 'open' : ''}`} id="side" aria-label={t`Sidebar`} ref={side}>
        <div className="side-head">
          <Link to="/" aria-label={t`Fairlead, first page`} className="no-underline!">
            <Brand />
          </Link>
          <span className="push">
            <ThemeButton />
          </span>
        </div>
        <Acts open={open} />
        <Places />
        <div className="side-foot">
          {mode === 'sandbox' && <SandboxNotice />}
          <ChannelStates />
          <UserMenu open={open} />
        </div>
      </aside>
    </>
  )
}

function Acts({ open }: { readonly open: (overlay: Overlay) => void }) {
  const { t } = useLingui()
  const { _ } = useCatalogue()
  const compose = usePlacesForMember().find(({ group }) => group === 'compose')
  return (
    <div className="side-act">
      {compose && (
        <Link to={compose.to} className={buttonClass({ look: 'primary' })}>
          <Icon name={compose.icon} />
          {_(compose.label)}
          {compose.keys && (
            <span className="push" aria-hidden="true">
              <KeyCaps keys={compose.keys} />
            </span>
          )}
        </Link>
      )}
      <Button
        icon="search"
        label={t`Search and commands`}
        title={t`Search and commands, Ctrl K`}
        onClick={() => open('palette')}
      />
    </div>
  )
}

function Places() {
  const { t } = useLingui()
  const places = usePlacesForMember()
  const isInSettings = useRouterState({
    select: ({ location }) => location.pathname.startsWith('/settings/'),
  })
  const firstSetting = places.find(({ group }) => group === 'settings')
  return (
    <nav aria-label={t`Main`}>
      {places.map(place => (place.group === 'main' ? <PlaceLine key={place.to} place={place} /> : null))}
      {firstSetting && (
        <Link to={firstSetting.to} className="nav-a" aria-current={isInSettings ? 'page' : undefined}>
          <Icon name="sliders" />
          <span className="ell">{t`Settings`}</span>
        </Link>
      )}
    </nav>
  )
}

function PlaceLine({ place: { to, icon, label, below: Below } }: { readonly place: Place }) {
  const { _ } = useCatalogue()
  return (
    <>
      <NavLink to={to} isExact={Below !== undefined}>
        <Icon name={icon} />
        <span className="ell">{_(label)}</span>
      </NavLink>
      {Below && <Below />}
    </>
  )
}
