import { useLingui } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useMember } from '../../api/session.ts'
import { usePlaces } from '../../shell/place.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Icon } from '../../ui/icon.tsx'
import { GetReady } from './get-ready.tsx'

/** The first page of somebody who has sent nothing yet: what to do, and what will stand here. */
export function FirstRun() {
  const { _ } = useLingui()
  const { mode } = useMember()
  const compose = usePlaces().find(({ group }) => group === 'compose')
  return (
    <div className="pad wrapw w-full">
      <Empty
        title={<Trans>No emails yet</Trans>}
        action={
          compose && (
            <Link to={compose.to} className={buttonClass({ look: 'primary' })}>
              <Icon name={compose.icon} />
              {_(compose.label)}
            </Link>
          )
        }
      >
        <Trans>
          Emails you send, schedule or draft appear here, together with everything that happens to them on the
          way.
        </Trans>
      </Empty>
      <div className="two eq mt-6 items-start">
        <GetReady />
        <section className="col gap-4">
          {mode === 'sandbox' && <SandboxWaits />}
          <div className="card">
            <Empty rope="parted" title={<Trans>Nothing undelivered</Trans>}>
              <Trans>When an email does not arrive, you will find the reason and the next step here.</Trans>
            </Empty>
          </div>
        </section>
      </div>
    </div>
  )
}

const SandboxWaits = () => (
  <div className="card">
    <Empty
      title={<Trans>The sandbox inbox is empty</Trans>}
      action={
        <Link to="/sandbox" search={{}} className={buttonClass({ size: 'sm' })}>
          <Trans>Try an address</Trans>
        </Link>
      }
    >
      <Trans>What your recipients would get shows up there, as their mail program shows it.</Trans>
    </Empty>
  </div>
)
