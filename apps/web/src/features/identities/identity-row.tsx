import type { Identity } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useMember } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Avatar, ChannelGlyph } from '../../ui/glyphs.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { Pill } from '../../ui/pill.tsx'
import { DomainState } from './domain-state.tsx'
import { IdentityState } from './identity-state.tsx'
import { useIdentityActions } from './use-identities.ts'

interface IdentityRowProps {
  readonly identity: Identity
  readonly isChosen: boolean
  readonly areMany: boolean
  readonly onChoose: (id: string) => void
  readonly onEdit: (identity: Identity) => void
  readonly onDelete: (identity: Identity) => void
}

/** One identity: who, whether it may send, and what can be done with it. */
export function IdentityRow(props: IdentityRowProps) {
  const { t } = useLingui()
  const { identity, isChosen } = props
  const { member } = useMember()
  const isOwn = identity.memberId === member.id
  return (
    <tr className={isChosen ? 'sel' : ''}>
      <td>
        <span className="row gap-3">
          <Avatar name={identity.name} size="lg" isYou={isOwn} />
          <span className="min-w-0">
            <b>{identity.name}</b>{' '}
            {identity.isDefault && (
              <Pill icon="check">
                {isOwn ? <Trans>Default</Trans> : <Trans>A colleague’s default</Trans>}
              </Pill>
            )}
            <span className="meta block wrap-anywhere">{identity.address}</span>
            {identity.cannotBeAuthenticatedBecause === 'free-mail' && <FreeMailNote />}
          </span>
        </span>
      </td>
      <td data-l={t`Address`}>
        <IdentityState identity={identity} isOwn={isOwn} />
      </td>
      <td data-l={t`Sending domain`}>
        <DomainState identity={identity} />
      </td>
      <td data-l={t`Usual channel`}>
        <UsualChannel linkId={identity.linkId} />
      </td>
      <td className="r">
        <More {...props} isOwn={isOwn} />
      </td>
    </tr>
  )
}

const FreeMailNote = () => (
  <span className="meta block">
    <Trans>A free mail address: its domain can never be authenticated here, so the via tag stays.</Trans>
  </span>
)

function UsualChannel({ linkId }: { readonly linkId: string | null }) {
  const { data } = useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
  })
  const link =
    data?.links.find(({ id }) => id === linkId) ??
    (linkId === null ? data?.links.find(({ kind }) => kind === 'managed') : undefined)
  if (!link) return null
  return (
    <span className="row">
      <ChannelGlyph kind={link.kind} size="xs" />
      {link.name}
    </span>
  )
}

function More(props: IdentityRowProps & { readonly isOwn: boolean }) {
  const { t } = useLingui()
  const { identity, isOwn, areMany, onChoose, onEdit, onDelete } = props
  const { member } = useMember()
  const { makeDefault, vouch } = useIdentityActions()
  const canVouch = member.role === 'admin' && identity.verifiedAt === null
  if (!isOwn && !canVouch) return null
  return (
    <Menu
      align="end"
      trigger={<Button look="ghost" size="sm" icon="more" label={t`More for ${identity.address}`} />}
    >
      {canVouch && (
        <MenuItem icon="shield" onChoose={() => vouch.mutate(identity.id)}>
          <Trans>Vouch for this address</Trans>
        </MenuItem>
      )}
      {isOwn && (
        <>
          <MenuItem icon="pen" onChoose={() => onEdit(identity)}>
            <Trans>Edit</Trans>
          </MenuItem>
          {areMany && (
            <MenuItem icon="document" onChoose={() => onChoose(identity.id)}>
              <Trans>Show its signature</Trans>
            </MenuItem>
          )}
          {!identity.isDefault && (
            <MenuItem icon="check" onChoose={() => makeDefault.mutate(identity.id)}>
              <Trans>Make default</Trans>
            </MenuItem>
          )}
          <MenuLine />
          <MenuItem icon="trash" isDangerous onChoose={() => onDelete(identity)}>
            <Trans>Delete</Trans>
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
