import type { Identity, Link } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { useMember } from '../../api/session.ts'
import { Select } from '../../ui/field.tsx'
import { Avatar } from '../../ui/glyphs.tsx'
import { Icon } from '../../ui/icon.tsx'
import { toast } from '../../ui/toast.tsx'

/** Which channel each identity of the member takes, unless an email says otherwise. */
export function ChoicePerIdentity({ links }: { readonly links: readonly Link[] }) {
  const { member } = useMember()
  const { data } = useQuery({
    queryKey: keys.identities,
    queryFn: ({ signal }) => api.identities.list(undefined, { signal }),
  })
  const own = data?.identities.filter(({ memberId }) => memberId === member.id) ?? []
  if (own.length === 0) return null
  return (
    <section>
      <div className="sec-h">
        <div>
          <h2>
            <Trans>Default for each identity</Trans>
          </h2>
          <p className="meta mt-1">
            <Trans>You can still pick another channel in every email.</Trans>
          </p>
        </div>
      </div>
      <div className="card">
        <table className="tb mid stack">
          <thead>
            <tr>
              <th>
                <Trans>Identity</Trans>
              </th>
              <th>
                <Trans>Channel</Trans>
              </th>
              <th>
                <Trans>Recipients see</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {own.map(identity => (
              <Row key={identity.id} identity={identity} links={links} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ identity, links }: { readonly identity: Identity; readonly links: readonly Link[] }) {
  const { t } = useLingui()
  const client = useQueryClient()
  const managed = links.find(({ kind }) => kind === 'managed')
  const chosen = links.find(({ id }) => id === identity.linkId) ?? managed
  const choose = useMutation({
    mutationFn: (id: string) =>
      api.identities.update({ id: identity.id, linkId: id === managed?.id ? null : id }),
    onError: error => toast({ text: problemSentence(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.identities }),
  })
  return (
    <tr>
      <td>
        <span className="row gap-3">
          <Avatar name={identity.name} />
          <span className="min-w-0">
            <b>{identity.name}</b>
            <span className="meta block wrap-anywhere">{identity.address}</span>
          </span>
        </span>
      </td>
      <td data-l={t`Channel`}>
        <Select
          className="max-w-52"
          aria-label={t`Channel for ${identity.address}`}
          value={chosen?.id ?? ''}
          onChange={event => choose.mutate(event.target.value)}
        >
          {links.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </td>
      <td data-l={t`Recipients see`}>
        <RecipientsSee identity={identity} link={chosen} />
      </td>
    </tr>
  )
}

function RecipientsSee({ identity, link }: { readonly identity: Identity; readonly link: Link | undefined }) {
  if (identity.verifiedAt === null)
    return (
      <span className="row text-bad">
        <Icon name="x" size="sm" />
        <Trans>Verify this identity first</Trans>
      </span>
    )
  const via = link?.card.find(({ topic }) => topic === 'via-tag')
  if (via?.value === 'until-authenticated')
    return (
      <span className="row text-warn">
        <Icon name="alert" size="sm" />
        <Trans>via {String(via.params.domain)}</Trans>
      </span>
    )
  return (
    <span className="row text-ok">
      <Icon name="check" size="sm" />
      <Trans>As chosen</Trans>
    </span>
  )
}
