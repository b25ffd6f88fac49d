import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { sessionQuery } from '../api/session.ts'
import { Brand } from '../ui/mark.tsx'
import { Hero } from './hero.tsx'
import { SandboxNotice } from './sandbox-notice.tsx'
import { ThemeButton } from './theme-button.tsx'

/** The frame of the pages before signing in. */
export function Entrance() {
  const { data: session } = useQuery(sessionQuery)
  return (
    <main className="ob" id="main">
      <div className="ob-l">
        <div className="row">
          <Brand />
          <span className="push">
            <ThemeButton />
          </span>
        </div>
        <Outlet />
        {session?.mode === 'sandbox' && <SandboxNotice />}
      </div>
      <div className="ob-r" aria-hidden="true">
        <Hero />
        <div className="ob-card row gap-3">
          <span>
            <b>
              <Trans>Your mail, your server</Trans>
            </b>
            <span className="block text-ink-2">
              <Trans>
                Fairlead guides each email to its recipient and tells you when one does not arrive, and why.
              </Trans>
            </span>
          </span>
        </div>
      </div>
    </main>
  )
}
