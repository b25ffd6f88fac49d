import { Trans, useLingui } from '@lingui/react/macro'
import { Avatar } from '../../ui/glyphs.tsx'
import { Pill } from '../../ui/pill.tsx'
import type { Suggestion } from './use-suggestions.ts'

interface SuggestionListProps {
  readonly id: string
  readonly optionId: string
  readonly people: readonly Suggestion[]
  /** Which one the arrows stand on; -1: none. */
  readonly at: number
  readonly onChoose: (person: Suggestion) => void
}

export function SuggestionList({ id, optionId, people, at, onChoose }: SuggestionListProps) {
  const { t } = useLingui()
  return (
    <div className="suggest" id={id} role="listbox" aria-label={t`People you wrote to`}>
      {people.map((person, index) => (
        <div
          key={person.address}
          id={`${optionId}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className="pop-a"
          // Not click: the input would lose the focus first and end what is typed as a recipient.
          onPointerDown={event => {
            event.preventDefault()
            onChoose(person)
          }}
        >
          <Avatar name={person.name || person.address} size="sm" />
          <span className="grow min-w-0">
            <b className="block truncate font-medium">{person.name || person.address}</b>
            {person.name && <span className="meta block truncate">{person.address}</span>}
          </span>
          {person.isSuppressed && (
            <Pill tone="warn">
              <Trans>Suppressed</Trans>
            </Pill>
          )}
        </div>
      ))}
    </div>
  )
}
