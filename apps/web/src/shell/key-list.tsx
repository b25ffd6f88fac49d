import { useLingui } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { type CommandGroup, useCommandGroups } from '../keyboard/commands.ts'
import { KeyCaps } from '../keyboard/key-caps.tsx'
import { Dialog } from '../ui/dialog.tsx'

/** Every key that does something here. */
export function KeyList({ close }: { readonly close: () => void }) {
  const groups = useCommandGroups()
  return (
    <Dialog isOpen onClose={close} title={<Trans>Keyboard shortcuts</Trans>}>
      {groups.map(group => (
        <Keys key={group.title.id} {...group} />
      ))}
    </Dialog>
  )
}

function Keys({ title, commands }: CommandGroup) {
  const { _ } = useLingui()
  const withKeys = commands.filter(({ keys }) => keys !== undefined)
  if (withKeys.length === 0) return null
  return (
    <section className="mb-4 last:mb-0">
      <h3 className="meta mb-2">{_(title)}</h3>
      <ul className="keys p-0!">
        {withKeys.map(({ label, keys }) => (
          <li key={keys}>
            <span>{_(label)}</span>
            {keys && <KeyCaps keys={keys} />}
          </li>
        ))}
      </ul>
    </section>
  )
}
