import type { SendingDomain } from '@fairlead/contract'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Card } from '../../ui/note.tsx'
import { SwitchPill } from './domains.tsx'
import { useDomainActions } from './use-domains.ts'

/** Signing and return path: each switches and lapses by itself. */
export function Switches({ domain }: { readonly domain: SendingDomain }) {
  const { signing, envelope } = domain
  return (
    <Card title={<Trans>What is on</Trans>}>
      <dl className="kv">
        <dt>
          <Trans>Signing</Trans>
        </dt>
        <dd>
          <SwitchPill state={signing.state} /> <span>{signing.sentence}</span>
          {signing.selectors.length > 0 && (
            <span className="meta block" translate="no">
              {signing.selectors.join(', ')} · {signing.algorithms.join(', ')}
            </span>
          )}
          <Until at={signing.until} />
        </dd>
        <dt>
          <Trans>Return path</Trans>
        </dt>
        <dd>
          <SwitchPill state={envelope.state} /> <span>{envelope.sentence}</span>
          <Until at={envelope.until} />
        </dd>
        <dt>
          <Trans>Keys</Trans>
        </dt>
        <dd>
          <Rotation domain={domain} />
        </dd>
        <dt>
          <Trans>Identities</Trans>
        </dt>
        <dd>
          <Trans>{domain.identities} verified by this domain</Trans>
        </dd>
      </dl>
    </Card>
  )
}

/** The end of the grace. */
function Until({ at }: { readonly at: string | null }) {
  const { i18n } = useLingui()
  if (at === null) return null
  const time = i18n.date(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <span className="meta block text-warn!">
      <Trans>Goes on until {time}. Publish the record again before.</Trans>
    </span>
  )
}

function Rotation({ domain }: { readonly domain: SendingDomain }) {
  const { rotation, signing } = domain
  const [isAsking, setAsking] = useState(false)
  const { rotate } = useDomainActions(domain.id)
  const reason =
    rotation.state === 'waiting' ? (
      <Trans>The next keys wait for their records above.</Trans>
    ) : signing.state === 'off' ? (
      <Trans>There is nothing to change before the domain signs.</Trans>
    ) : null
  return (
    <>
      <p>{rotation.sentence}</p>
      <Button
        size="sm"
        className="mt-1"
        isBusy={rotate.isPending}
        disabledBecause={reason}
        onClick={() => setAsking(true)}
      >
        <Trans>Change keys</Trans>
      </Button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={<Trans>Change the keys of {domain.domain}?</Trans>}
        actions={
          <>
            <Button
              look="primary"
              onClick={() => {
                rotate.mutate()
                setAsking(false)
              }}
            >
              <Trans>Make the next keys</Trans>
            </Button>
            <Button onClick={() => setAsking(false)}>
              <Trans>Cancel</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Trans>
            Two new records appear in the list. Mail is signed with the old keys until the new ones are found,
            so that there is no gap. The old records may go some days later.
          </Trans>
        </p>
      </Dialog>
    </>
  )
}
