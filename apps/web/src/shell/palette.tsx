import { Dialog as Base } from '@base-ui/react/dialog'
import { useLingui as useCatalogue } from '@lingui/react'
import { Trans, useLingui } from '@lingui/react/macro'
import { type KeyboardEvent, useId, useState } from 'react'
import { type Command, useCommandGroups } from '../keyboard/commands.ts'
import { KeyCaps } from '../keyboard/key-caps.tsx'
import { Icon } from '../ui/icon.tsx'

/** Ctrl K: everything that can be done here, found by typing a part of its name. */
export function Palette({ close }: { readonly close: () => void }) {
  const { t } = useLingui()
  const id = useId()
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const found = useFound(words)
  const chosen = Math.min(at, found.length - 1)
  const choose = (command: Command | undefined) => {
    close()
    command?.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && found.length > 0) setAt((chosen + step + found.length) % found.length)
    else if (event.key === 'Enter') choose(found[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Base.Root open onOpenChange={open => !open && close()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className="dialog pal" aria-label={t`Search and commands`}>
          <input
            className="in"
            role="combobox"
            aria-expanded="true"
            aria-controls={id}
            aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
            aria-label={t`Search commands`}
            placeholder={t`Search commands`}
            autoComplete="off"
            value={words}
            onChange={event => setWords(event.target.value)}
            onKeyDown={onKeyDown}
          />
          <div id={id} className="pal-list" role="listbox" aria-label={t`Commands`}>
            {found.map((command, place) => (
              <Row
                key={command.label.id}
                id={`${id}-${place}`}
                isChosen={place === chosen}
                {...{ command, choose }}
              />
            ))}
          </div>
          <p className="meta px-4 pb-3" role="status">
            {found.length === 0 && <Trans>Nothing is called that.</Trans>}
          </p>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function useFound(words: string): readonly Command[] {
  const { _ } = useCatalogue()
  const wanted = words.trim().toLocaleLowerCase()
  return useCommandGroups()
    .flatMap(({ commands }) => commands)
    .filter(({ isKeyOnly, label }) => !isKeyOnly && _(label).toLocaleLowerCase().includes(wanted))
}

interface RowProps {
  readonly id: string
  readonly command: Command
  readonly isChosen: boolean
  readonly choose: (command: Command) => void
}

/** The keyboard stays in the search box and moves the choice; the pointer presses the row. */
function Row({ id, command, isChosen, choose }: RowProps) {
  const { _ } = useCatalogue()
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className="pop-a"
      onPointerDown={event => event.preventDefault()}
      onPointerUp={() => choose(command)}
    >
      <Icon name={command.icon ?? 'chevron-right'} />
      <span className="grow">{_(command.label)}</span>
      {command.keys && <KeyCaps keys={command.keys} />}
    </div>
  )
}
