import type { Link } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'

/** Whose a delivery channel is. */
export function OwnerOf({ link }: { readonly link: Link }) {
  if (link.kind === 'managed') return <Trans>Fairlead</Trans>
  if (link.owner === 'team') return <Trans>The team</Trans>
  if (link.isYours) return <Trans>You</Trans>
  return link.memberName ?? <Trans>A member who left</Trans>
}

/** Where it signs in, and as whom; null where that is nobody's business. */
export function signInOf({ settings }: Link): string | null {
  if (settings === null || settings.kind === 'managed') return null
  if (settings.kind === 'smtp')
    return [settings.user, `${settings.host}:${settings.port}`].filter(Boolean).join(' · ')
  return settings.account
}
