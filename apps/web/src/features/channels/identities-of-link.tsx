import type { Link } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { Wire } from '../../ui/line.tsx'
import { Pill } from '../../ui/pill.tsx'

/** Which identities the far side lets send, as far as somebody has tried. */
export function IdentitiesOfLink({ link: { identities } }: { readonly link: Link }) {
  if (identities.length === 0) return null
  return (
    <section>
      <h3 className="mb-2">
        <Trans>Identities</Trans>
      </h3>
      <ul className="col gap-3">
        {identities.map(({ identityId, address, state, reason }) => (
          <li key={identityId}>
            <div className="row">
              <span className="grow min-w-0 wrap-anywhere">{address}</span>
              <Permission state={state} />
            </div>
            {reason && <p className="meta">{reason.sentence}</p>}
            {reason?.reply && (
              <Wire label={<Trans>Server reply</Trans>} lines={[{ text: reason.reply, is: 'error' }]} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Permission({ state }: { readonly state: Link['identities'][number]['state'] }) {
  if (state === 'permitted')
    return (
      <Pill tone="ok">
        <Trans>May send</Trans>
      </Pill>
    )
  if (state === 'refused')
    return (
      <Pill tone="bad">
        <Trans>Refused</Trans>
      </Pill>
    )
  return (
    <Pill>
      <Trans>Not tried yet</Trans>
    </Pill>
  )
}
