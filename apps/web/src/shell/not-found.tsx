import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { buttonClass } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { useTitle } from './title.ts'

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useLingui()
  useTitle(t`Page not found`)
  return (
    <main className="m-auto grid min-h-dvh place-items-center p-6" id="main">
      <h1 className="sr">
        <Trans>Page not found</Trans>
      </h1>
      <Empty
        rope="parted"
        title={<Trans>There is no such page</Trans>}
        action={
          <Link to="/" className={buttonClass({ look: 'primary' })}>
            <Trans>Go to Fairlead</Trans>
          </Link>
        }
      >
        <Trans>The address may be misspelt, or what was there is gone.</Trans>
      </Empty>
    </main>
  )
}
