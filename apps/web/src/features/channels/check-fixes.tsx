import type { ShownFix } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { useMember } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'

interface CheckFixesProps {
  readonly fixes: readonly ShownFix[]
  readonly onFix?: (fix: ShownFix) => void
}

/** What may mend a failed step, the likeliest first; what settings can carry out is one press away. */
export function CheckFixes({ fixes, onFix }: CheckFixesProps) {
  const { member } = useMember()
  // Only an admin may trust a certificate that nobody vouches for.
  const canCarryOut = ({ code, change }: ShownFix) =>
    (change !== null || code in channelOf) && (code !== 'pin-certificate' || member.role === 'admin')
  return (
    <div className="card mt-2">
      <div className="card-b px-4! py-3!">
        <b>
          <Trans>Try these, most likely first</Trans>
        </b>
        <ol className="fixes">
          {fixes.map(fix => (
            <li key={fix.code}>
              {fix.sentence}
              {onFix && canCarryOut(fix) && (
                <Button size="sm" onClick={() => onFix(fix)}>
                  <Act fix={fix} />
                </Button>
              )}
            </li>
          ))}
        </ol>
      </div>
    </div>
  )
}

/** Fixes that lead to another way of connecting. */
export const channelOf: Readonly<Record<string, 'gmail' | 'microsoft'>> = {
  ...{ 'use-gmail-channel': 'gmail', 'use-microsoft-channel': 'microsoft' },
}

function Act({ fix: { code, change } }: { readonly fix: ShownFix }) {
  if (code === 'pin-certificate') return <Trans>Pin this certificate</Trans>
  if (code === 'use-gmail-channel') return <Trans>Connect Gmail</Trans>
  if (code === 'use-microsoft-channel') return <Trans>Connect Microsoft 365</Trans>
  const value = change?.user ?? change?.host ?? change?.['imap.host']
  return value === undefined ? <Trans>Change it and check again</Trans> : <Trans>Use {String(value)}</Trans>
}
