import type { OauthKind } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { useMember } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { betterKindFor } from './smtp-values.ts'

export type ConnectAccount = (kind: OauthKind) => void

interface BetterKindProps {
  readonly host: string
  readonly onConnect: ConnectAccount
}

/** Google's and Microsoft's hosts have a way of their own that sees more and needs no password. */
export function BetterKind({ host, onConnect }: BetterKindProps) {
  const { features } = useMember()
  const kind = betterKindFor(host)
  if (kind === null || !features.channelKinds.includes(kind)) return null
  return (
    <Note
      tone="info"
      action={
        <Button size="sm" onClick={() => onConnect(kind)}>
          {kind === 'gmail' ? <Trans>Connect Gmail</Trans> : <Trans>Connect Microsoft 365</Trans>}
        </Button>
      }
    >
      <Trans>This server has a better way: no password, and bounces and replies are seen.</Trans>
    </Note>
  )
}
