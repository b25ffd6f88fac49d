import { Trans } from '@lingui/react/macro'
import { onlineManager } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { Icon } from '../ui/icon.tsx'

/** Says that there is no network, for as long as there is none. */
export function OfflineBar() {
  const isOnline = useSyncExternalStore(
    listener => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  )
  return (
    <div role="status">
      {!isOnline && (
        <p className="offline">
          <Icon name="plug" size="sm" />
          <span>
            <Trans>You are offline. Drafts are kept on this device and saved when you are back.</Trans>
          </span>
        </p>
      )}
    </div>
  )
}
