import type { SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemSentence } from '../../api/problem-sentence.ts'
import { LoadFailed } from '../../shell/load-failed.tsx'
import { SettingsHead } from '../../shell/settings-head.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Pill } from '../../ui/pill.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { BeforeSendRule } from './before-send-rule.tsx'
import { useDomains } from './use-domains.ts'

/** Domains that sign their own mail, so that recipients see no via tag. */
export function Domains() {
  const { t } = useLingui()
  const { data, error, refetch } = useDomains()
  const [isAdding, setAdding] = useState(false)
  return (
    <>
      <SettingsHead
        title={t`Sending domains`}
        action={
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            <Trans>Add domain</Trans>
          </Button>
        }
      >
        <Trans>
          A domain whose records are published signs your mail itself: recipients see no via tag, and its
          identities need no verification mail.
        </Trans>
      </SettingsHead>
      {error && <LoadFailed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={2} label={t`Loading`} />}
      {data?.domains.length === 0 && (
        <Empty title={<Trans>No sending domains</Trans>}>
          <Trans>Until one is added, Gmail shows recipients a via tag behind your name.</Trans>
        </Empty>
      )}
      {data && data.domains.length > 0 && <DomainTable domains={data.domains} />}
      <BeforeSendRule />
      <p className="meta">
        <Trans>
          Recipients can let our mail in by the{' '}
          <a href="/api/v1/allowlist.txt" target="_blank" rel="noreferrer">
            public list of our sending hosts
          </a>
          .
        </Trans>
      </p>
      {isAdding && <AddDomain onClose={() => setAdding(false)} />}
    </>
  )
}

const DomainTable = ({ domains }: { readonly domains: readonly SendingDomain[] }) => {
  const { t } = useLingui()
  return (
    <div className="card">
      <table className="tb mid stack">
        <thead>
          <tr>
            <th>
              <Trans>Domain</Trans>
            </th>
            <th>
              <Trans>Records</Trans>
            </th>
            <th>
              <Trans>Signs</Trans>
            </th>
            <th>
              <Trans>Takes returned mail</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {domains.map(domain => (
            <tr key={domain.id}>
              <td>
                <Link to="/settings/domains/$id" params={{ id: domain.id }}>
                  <b translate="no">{domain.domain}</b>
                </Link>
              </td>
              <td data-l={t`Records`}>
                <RecordCount domain={domain} />
              </td>
              <td data-l={t`Signs`}>
                <SwitchPill state={domain.signing.state} />
              </td>
              <td data-l={t`Takes returned mail`}>
                <SwitchPill state={domain.envelope.state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** How many of the records that are needed stand in DNS. */
export function RecordCount({ domain }: { readonly domain: SendingDomain }) {
  const { recordsFound, recordsRequired } = domain
  const isWhole = recordsFound === recordsRequired
  return (
    <Pill tone={isWhole ? 'ok' : 'warn'} {...(!isWhole && { icon: 'clock' })}>
      <Trans>
        {recordsFound} of {recordsRequired} records found
      </Trans>
    </Pill>
  )
}

/** On, off, or going on for a while without its records. */
export function SwitchPill({ state }: { readonly state: SendingDomain['signing']['state'] }) {
  if (state === 'on')
    return (
      <Pill tone="ok">
        <Trans>On</Trans>
      </Pill>
    )
  if (state === 'grace')
    return (
      <Pill tone="warn">
        <Trans>Record gone</Trans>
      </Pill>
    )
  return (
    <Pill icon="clock">
      <Trans>Off</Trans>
    </Pill>
  )
}

function AddDomain({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const add = useMutation({
    mutationFn: () => api.domains.create({ domain: typed.trim() }),
    onSuccess: domain => {
      client.setQueryData(keys.domain(domain.id), domain)
      void client.invalidateQueries({ queryKey: keys.domains, exact: true })
      void navigate({ to: '/settings/domains/$id', params: { id: domain.id } })
    },
  })
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={<Trans>Add a sending domain</Trans>}
      actions={
        <>
          <Button look="primary" type="submit" form="add-domain" isBusy={add.isPending}>
            <Trans>Add domain</Trans>
          </Button>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      }
    >
      <form
        id="add-domain"
        onSubmit={event => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <Field
          label={t`Domain`}
          hint={<Trans>What stands behind the @ of your addresses.</Trans>}
          error={add.error && problemSentence(add.error)}
        >
          <Input
            big
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            placeholder={t`brightwater.example`}
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
        <p className="meta row mt-3">
          <Icon name="info" size="sm" />
          <Trans>
            Fairlead makes the keys now and shows the records to publish. Nothing changes until then.
          </Trans>
        </p>
      </form>
    </Dialog>
  )
}
