import type { Identity } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Icon } from '../../ui/icon.tsx'

/** As domains are kept: lower case, A-labels; null: the address has no domain that could be one. */
function domainOf(address: string): string | null {
  const url = URL.parse(`http://${address.slice(address.lastIndexOf('@') + 1)}`)
  return url === null ? null : url.hostname
}

/** Whether the domain of an identity's address signs its mail: what makes the via tag go away. */
export function DomainState({ identity }: { readonly identity: Identity }) {
  const { data } = useQuery({
    queryKey: keys.domains,
    queryFn: ({ signal }) => api.domains.list(undefined, { signal }),
  })
  if (!data) return null
  if (!identity.canBeAuthenticated)
    return (
      <span className="dim">
        <Trans>Not yours</Trans>
      </span>
    )
  const domain = data.domains.find(one => one.domain === domainOf(identity.address))
  if (!domain)
    return (
      <Link to="/settings/domains" className="dim">
        <Trans>Not added</Trans>
      </Link>
    )
  const { recordsFound, recordsRequired } = domain
  const isOn = domain.signing.state !== 'off'
  return (
    <Link
      to="/settings/domains/$id"
      params={{ id: domain.id }}
      className={`row ${isOn ? 'text-ok!' : 'text-warn!'}`}
    >
      <Icon name={isOn ? 'check' : 'alert'} size="sm" />
      {isOn ? (
        <Trans>Authenticated</Trans>
      ) : (
        <Trans>
          {recordsFound} of {recordsRequired} records
        </Trans>
      )}
    </Link>
  )
}
