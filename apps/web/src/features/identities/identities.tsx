import type { Identity } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useMember } from '../../api/session.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { DeleteIdentity } from './delete-identity.tsx'
import { IdentityForm } from './identity-form.tsx'
import { IdentityRow } from './identity-row.tsx'
import { Signature } from './signature.tsx'
import { useIdentities } from './use-identities.ts'

type Open = { readonly is: 'form'; readonly identity: Identity | null } | { is: 'delete'; identity: Identity }

/** Names, addresses and signatures that a member sends with. */
export function Identities() {
  const { t } = useLingui()
  const { member } = useMember()
  const { data, error, refetch } = useIdentities()
  const [open, setOpen] = useState<Open | null>(null)
  const [chosenId, setChosenId] = useState<string | null>(null)
  const all = data?.identities ?? []
  const own = all.filter(({ memberId }) => memberId === member.id)
  const chosen = own.find(({ id }) => id === chosenId) ?? own.find(({ isDefault }) => isDefault) ?? own[0]
  return (
    <>
      <SettingsHead
        title={t`Identities and signatures`}
        action={
          <Button look="primary" icon="plus" onClick={() => setOpen({ is: 'form', identity: null })}>
            <Trans>Add identity</Trans>
          </Button>
        }
      >
        <Trans>
          An identity is a name, an address and a signature. An address can send once someone presses the
          button behind the link we email to it.
        </Trans>
      </SettingsHead>
      {error && <LoadFailed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={3} label={t`Loading`} />}
      {all.length > 0 && (
        <IdentityTable
          {...{ all, chosenId: chosen?.id, onChoose: setChosenId }}
          onEdit={identity => setOpen({ is: 'form', identity })}
          onDelete={identity => setOpen({ is: 'delete', identity })}
        />
      )}
      {chosen && <Signature key={chosen.id} identity={chosen} />}
      {open?.is === 'form' && <IdentityForm identity={open.identity} onClose={() => setOpen(null)} />}
      {open?.is === 'delete' && <DeleteIdentity identity={open.identity} onClose={() => setOpen(null)} />}
    </>
  )
}

interface IdentityTableProps {
  readonly all: readonly Identity[]
  readonly chosenId: string | undefined
  readonly onChoose: (id: string) => void
  readonly onEdit: (identity: Identity) => void
  readonly onDelete: (identity: Identity) => void
}

const IdentityTable = ({ all, chosenId, ...actions }: IdentityTableProps) => (
  <div className="card">
    <table className="tb mid stack">
      <thead>
        <tr>
          <th>
            <Trans>Identity</Trans>
          </th>
          <th>
            <Trans>Address</Trans>
          </th>
          <th>
            <Trans>Sending domain</Trans>
          </th>
          <th>
            <Trans>Usual channel</Trans>
          </th>
          <th>
            <span className="sr">
              <Trans>Actions</Trans>
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map(identity => (
          <IdentityRow
            key={identity.id}
            {...{ identity, ...actions, isChosen: identity.id === chosenId, areMany: all.length > 1 }}
          />
        ))}
      </tbody>
    </table>
  </div>
)
