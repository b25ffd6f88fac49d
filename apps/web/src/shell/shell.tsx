import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { sessionQuery, useMember } from '../api/session.ts'
import { listenForKeys } from '../keyboard/commands.ts'
import { LiveProvider } from './live-context.tsx'
import { BottomBar, TopBar } from './narrow-bars.tsx'
import { OfflineBar } from './offline-bar.tsx'
import type { Overlay } from './overlay.ts'
import { RouteAnnouncer } from './route-announcer.tsx'
import { SandboxNotice } from './sandbox-notice.tsx'
import { useShellCommands } from './shell-commands.ts'
import { Sidebar } from './sidebar.tsx'
import { useFetchAhead } from './use-fetch-ahead.ts'

const Palette = lazy(() => import('./palette.tsx').then(module => ({ default: module.Palette })))
const KeyList = lazy(() => import('./key-list.tsx').then(module => ({ default: module.KeyList })))
const SignInAgain = lazy(() =>
  import('./sign-in-again.tsx').then(module => ({ default: module.SignInAgain })),
)

/** The frame around every screen of a member. */
export function Shell() {
  const { t } = useLingui()
  const [overlay, setOverlay] = useState<Overlay>('none')
  const { data: session } = useQuery(sessionQuery)
  useEffect(listenForKeys, [])
  useShellCommands(setOverlay)
  useFetchAhead()
  const close = () => setOverlay('none')
  return (
    <LiveProvider>
      <a className="skip" href="#main">
        <Trans>Skip to content</Trans>
      </a>
      <div className="app">
        <TopBar open={setOverlay} />
        <Sidebar isOpen={overlay === 'menu'} open={setOverlay} close={close} />
        <main className="main" id="main" tabIndex={-1}>
          <SmallSandboxNotice />
          <OfflineBar />
          <Outlet />
        </main>
        <BottomBar open={setOverlay} />
      </div>
      <RouteAnnouncer />
      <Suspense fallback={<span className="sr">{t`Loading`}</span>}>
        {overlay === 'palette' && <Palette close={close} />}
        {overlay === 'keys' && <KeyList close={close} />}
        {session?.is === 'ended' && <SignInAgain address={session.user.address} />}
      </Suspense>
    </LiveProvider>
  )
}

/** Below 860 px the sidebar, which holds the notice, is out of sight. */
function SmallSandboxNotice() {
  const { mode } = useMember()
  return mode === 'sandbox' ? (
    <div className="tablet:hidden">
      <SandboxNotice />
    </div>
  ) : null
}
