import { Trans } from '@lingui/react/macro'
import { Icon } from '../ui/icon.tsx'

/** On every page of a sandbox: what is sent here is not sent to the world. */
export const SandboxNotice = () => (
  <p className="sandbox" role="note">
    <Icon name="shield" size="sm" />
    <span>
      <Trans>Sandbox: nothing leaves this machine</Trans>
    </span>
  </p>
)
