import { Trans } from '@lingui/react/macro'
import { shownKeys } from './keystroke.ts'

/** Keys as they are drawn on a keyboard: `g c` as G then C. */
export const KeyCaps = ({ keys }: { readonly keys: string }) => (
  <span className="nowrap">
    {shownKeys(keys).map((stroke, at) => (
      <span key={stroke.join('+')}>
        {at > 0 && (
          <span className="dimmer">
            {' '}
            <Trans>then</Trans>{' '}
          </span>
        )}
        {stroke.map(key => (
          <span key={key}>
            <kbd>{key}</kbd>{' '}
          </span>
        ))}
      </span>
    ))}
  </span>
)
