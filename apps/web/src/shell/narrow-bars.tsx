import { useLingui as useCatalogue } from '@lingui/react'
import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouterState } from '@tanstack/react-router'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Mark } from '../ui/mark.tsx'
import type { Overlay } from './overlay.ts'
import { usePlacesForMember } from './places-for-member.ts'
import { ThemeButton } from './theme-button.tsx'

interface BarProps {
  readonly open: (overlay: Overlay) => void
}

/** The head of the page below 860 px. */
export function TopBar({ open }: BarProps) {
  const { t } = useLingui()
  const { _ } = useCatalogue()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const here = usePlacesForMember().find(({ to }) => path === to || path.startsWith(`${to}/`))
  return (
    <header className="topbar">
      <Button
        look="ghost"
        icon="menu"
        label={t`Open menu`}
        aria-controls="side"
        onClick={() => open('menu')}
      />
      <Link to="/" className="brand grow no-underline!" aria-label={t`Fairlead, first page`}>
        <Mark />
        <span>{here ? _(here.label) : 'Fairlead'}</span>
      </Link>
      <Button look="ghost" icon="search" label={t`Search and commands`} onClick={() => open('palette')} />
      <ThemeButton />
    </header>
  )
}

/** The places one goes to most, within reach of a thumb. */
export function BottomBar({ open }: BarProps) {
  const { t } = useLingui()
  const { _ } = useCatalogue()
  const places = usePlacesForMember().filter(({ isInBottomBar }) => isInBottomBar)
  return (
    <nav
      className="tabbar"
      aria-label={t`Main, compact`}
      style={{ gridTemplateColumns: `repeat(${places.length + 1}, 1fr)` }}
    >
      {places.map(({ to, icon, label }) => (
        <Link key={to} to={to} activeProps={{ 'aria-current': 'page' }}>
          <Icon name={icon} />
          {_(label)}
        </Link>
      ))}
      <button type="button" onClick={() => open('menu')}>
        <Icon name="menu" />
        <Trans>More</Trans>
      </button>
    </nav>
  )
}
