import { Trans } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import { checkEveryMs } from './use-domains.ts'

/** How long ago the name servers were asked, and when they will be again. Not a live region: it would never be quiet. */
export function CheckClock({ checkedAt }: { readonly checkedAt: string | null }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  if (checkedAt === null)
    return (
      <span className="meta">
        <Trans>Not checked yet</Trans>
      </span>
    )
  const seconds = Math.max(0, Math.round((now - Date.parse(checkedAt)) / 1_000))
  const left = Math.max(0, Math.round(checkEveryMs / 1_000) - seconds)
  return (
    <span className="meta num">
      <Trans>
        Checked {seconds} s ago, again in {left} s
      </Trans>
    </span>
  )
}
