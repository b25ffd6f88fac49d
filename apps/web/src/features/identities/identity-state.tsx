import type { Identity } from '@fairlead/contract'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { Pill } from '../../ui/pill.tsx'
import { useIdentityActions } from './use-identities.ts'

interface IdentityStateProps {
  readonly identity: Identity
  readonly isOwn: boolean
}

/** Verified and how, waiting for the click and how long, or its link has expired. */
export function IdentityState({ identity, isOwn }: IdentityStateProps) {
  if (identity.verifiedAt) return <Verified by={identity.verifiedBy} at={identity.verifiedAt} />
  if (identity.verification)
    return (
      <Waiting pill={<Trans>Waiting for the click</Trans>} tone="warn" {...{ identity, isOwn }}>
        <Expiry at={identity.verification.expiresAt} />
      </Waiting>
    )
  return (
    <Waiting pill={<Trans>Link expired</Trans>} tone="bad" {...{ identity, isOwn }}>
      <Trans>It cannot send yet.</Trans>
    </Waiting>
  )
}

function Verified({ by, at }: { readonly by: Identity['verifiedBy']; readonly at: string }) {
  const { i18n } = useLingui()
  const day = i18n.date(new Date(at), { day: 'numeric', month: 'long' })
  const how = {
    mail: <Trans>By link on {day}</Trans>,
    vouched: <Trans>Vouched for by an admin on {day}</Trans>,
    domain: <Trans>By its domain on {day}</Trans>,
    account: <Trans>By its account on {day}</Trans>,
  }
  return (
    <>
      <Pill tone="ok">
        <Trans>Verified</Trans>
      </Pill>
      <span className="meta mt-1 block">{by && how[by]}</span>
    </>
  )
}

interface WaitingProps extends IdentityStateProps {
  readonly pill: ReactNode
  readonly tone: 'warn' | 'bad'
  readonly children: ReactNode
}

function Waiting({ pill, tone, children, identity, isOwn }: WaitingProps) {
  const { t } = useLingui()
  const { resend } = useIdentityActions()
  return (
    <>
      <Pill tone={tone} icon={tone === 'warn' ? 'clock' : 'x'}>
        {pill}
      </Pill>
      <span className="meta mt-1 block">{children}</span>
      {isOwn && (
        <Button
          size="sm"
          className="mt-1"
          isBusy={resend.isPending}
          aria-label={t`Send the link to ${identity.address} again`}
          onClick={() => resend.mutate(identity.id)}
        >
          <Trans>Send again</Trans>
        </Button>
      )}
    </>
  )
}

const hourMs = 3_600_000

function Expiry({ at }: { readonly at: string }) {
  const hours = Math.max(1, Math.round((Date.parse(at) - Date.now()) / hourMs))
  return <Plural value={hours} one="Link expires in # hour." other="Link expires in # hours." />
}
