import type { Member } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { Avatar } from '../../ui/glyphs.tsx'
import { Pill } from '../../ui/pill.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { Invitations } from './invitations.tsx'
import { InviteForm } from './invite-form.tsx'
import { RemoveMember } from './remove-member.tsx'

/** Who is in the workspace, and who is invited. For admins. */
export function Members() {
  const { t } = useLingui()
  const [isInviting, setInviting] = useState(false)
  const [leaving, setLeaving] = useState<Member | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => api.members.list(undefined, { signal }),
  })
  return (
    <>
      <SettingsHead
        title={t`Team`}
        action={
          <Button look="primary" icon="plus" onClick={() => setInviting(true)}>
            <Trans>Invite</Trans>
          </Button>
        }
      >
        <Trans>
          Reps see their own mail. Admins also see the team’s channels and identities, but not others’ emails.
        </Trans>
      </SettingsHead>
      {error && <LoadFailed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={3} label={t`Loading`} />}
      {data && <MemberTable members={data.members} onRemove={setLeaving} />}
      <Invitations />
      {isInviting && <InviteForm onClose={() => setInviting(false)} />}
      {leaving && <RemoveMember member={leaving} onClose={() => setLeaving(null)} />}
    </>
  )
}

interface MemberTableProps {
  readonly members: readonly Member[]
  readonly onRemove: (member: Member) => void
}

const MemberTable = ({ members, onRemove }: MemberTableProps) => (
  <div className="card">
    <table className="tb mid stack">
      <thead>
        <tr>
          <th>
            <Trans>Member</Trans>
          </th>
          <th>
            <Trans>Role</Trans>
          </th>
          <th>
            <span className="sr">
              <Trans>Actions</Trans>
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {members.map(member => (
          <Row key={member.id} member={member} onRemove={onRemove} />
        ))}
      </tbody>
    </table>
  </div>
)

function Row({ member, onRemove }: { readonly member: Member } & Pick<MemberTableProps, 'onRemove'>) {
  const { t } = useLingui()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (role: Member['role']) => api.members.update({ id: member.id, role }),
    onSuccess: ({ name }) => toast({ text: t`${name} has another role now.` }),
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.members })
      if (member.isYou) void client.invalidateQueries({ queryKey: keys.session })
    },
  })
  return (
    <tr>
      <td>
        <span className="row gap-3">
          <Avatar name={member.name} isYou={member.isYou} />
          <span className="min-w-0">
            <b>{member.name}</b>{' '}
            {member.isYou && (
              <Pill icon="people">
                <Trans>You</Trans>
              </Pill>
            )}
            <span className="meta block wrap-anywhere">{member.address}</span>
          </span>
        </span>
      </td>
      <td data-l={t`Role`}>
        <Select
          className="max-w-40"
          aria-label={t`Role of ${member.name}`}
          value={member.role}
          onChange={event => change.mutate(event.target.value === 'admin' ? 'admin' : 'rep')}
        >
          <option value="rep">{t`Rep`}</option>
          <option value="admin">{t`Admin`}</option>
        </Select>
      </td>
      <td className="r">
        <Button
          size="sm"
          look="ghost"
          icon="trash"
          label={t`Remove ${member.name}`}
          onClick={() => onRemove(member)}
        />
      </td>
    </tr>
  )
}
