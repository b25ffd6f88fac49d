import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { sessionQuery } from '../api/session.ts'
import { Brand } from '../ui/mark.tsx'
import { Hero } from './hero.tsx'
import { HeroCardPlace, UsualHeroCard } from './hero-card.tsx'
import { SandboxNotice } from './sandbox-notice.tsx'
import { ThemeButton } from './theme-button.tsx'

/** The frame of the pages before signing in. */
export function Entrance() {
  const { data: session } = useQuery(sessionQuery)
  const [place, setPlace] = useState<HTMLElement | null>(null)
  return (
    <main className="ob" id="main">
      <div className="ob-l">
        <div className="row">
          <Brand />
          <span className="push">
            <ThemeButton />
          </span>
        </div>
        <HeroCardPlace value={place}>
          <Outlet />
        </HeroCardPlace>
        {session?.mode === 'sandbox' && <SandboxNotice />}
      </div>
      <div className="ob-r">
        <Hero />
        <div className="ob-card" ref={setPlace}>
          <UsualHeroCard />
        </div>
      </div>
    </main>
  )
}
