import { Plural, Trans } from '@lingui/react/macro'
import { areSingleKeysOn } from '../../keyboard/commands.ts'
import { Kbd } from '../../ui/pill.tsx'

interface ListFootProps {
  /** Null: not known yet. */
  readonly count: number | null
  readonly hasMore: boolean
}

/** How many rows there are so far, and the keys that work on them. */
export const ListFoot = ({ count, hasMore }: ListFootProps) => (
  <div className="lfoot">
    <span>
      {count === null ? null : hasMore ? (
        <Plural value={count} one="# email and more" other="# emails and more" />
      ) : (
        <Plural value={count} one="# email" other="# emails" />
      )}
    </span>
    {areSingleKeysOn() && (
      <span className="push" aria-hidden="true">
        <span>
          <Kbd>J</Kbd> <Kbd>K</Kbd> <Trans>move</Trans>
        </span>
        <span>
          <Kbd>F</Kbd> <Trans>fix address</Trans>
        </span>
        <span>
          <Kbd>R</Kbd> <Trans>retry</Trans>
        </span>
        <span>
          <Kbd>X</Kbd> <Trans>select</Trans>
        </span>
      </span>
    )}
  </div>
)
