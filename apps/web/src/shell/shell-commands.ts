import { msg } from '@lingui/core/macro'
import { useNavigate } from '@tanstack/react-router'
import { useCommands } from '../keyboard/commands.ts'
import { flipTheme } from '../ui/theme.ts'
import type { Overlay } from './overlay.ts'
import { usePlacesForMember } from './places-for-member.ts'

const everywhere = msg`Everywhere`
const goTo = msg`Go to`

/** What can be done on every page: go somewhere, search, switch the theme, list the keys. */
export function useShellCommands(open: (overlay: Overlay) => void): void {
  const navigate = useNavigate()
  const places = usePlacesForMember()
  useCommands(everywhere, [
    { label: msg`Search and commands`, keys: 'mod+k', isKeyOnly: true, run: () => open('palette') },
    { label: msg`Switch theme`, keys: 'shift+t', icon: 'moon', run: flipTheme },
    { label: msg`All shortcuts`, keys: '?', icon: 'key', run: () => open('keys') },
  ])
  useCommands(
    goTo,
    places.map(({ to, label, icon, keys }) => ({
      ...{ label, icon },
      ...(keys && { keys }),
      run: () => navigate({ to }),
    })),
  )
}
