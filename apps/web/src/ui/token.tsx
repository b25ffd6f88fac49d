import { useLingui } from '@lingui/react/macro'
import { Avatar } from './glyphs.tsx'
import { Icon } from './icon.tsx'

interface TokenProps {
  readonly name: string
  readonly address?: string
  /** Something about this recipient needs a look; the reason is told beside. */
  readonly isWrong?: boolean
  readonly onRemove?: () => void
}

/** A recipient among others; Remove is a button of its own. */
export function Token({ name, address, isWrong = false, onRemove }: TokenProps) {
  const { t } = useLingui()
  return (
    <span
      className={`tok ${isWrong ? 'text-bad shadow-[inset_0_0_0_1px_var(--bad-line)]!' : ''}`}
      title={address}
    >
      <Avatar name={name} size="sm" />
      {name}
      {onRemove && (
        <button type="button" className="touchx" aria-label={t`Remove ${name}`} onClick={onRemove}>
          <Icon name="x" size="sm" />
        </button>
      )}
    </span>
  )
}
