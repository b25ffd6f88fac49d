import { Trans } from '@lingui/react/macro'
import { createContext, type ReactNode, useContext } from 'react'
import { createPortal } from 'react-dom'

const PlaceContext = createContext<HTMLElement | null>(null)
export const HeroCardPlace = PlaceContext.Provider

/** What a page before the app shows on the rope's side, instead of the words that stand there else. */
export function HeroCard({ children }: { readonly children: ReactNode }) {
  const place = useContext(PlaceContext)
  return place && createPortal(children, place)
}

/** What stands there where a page has nothing of its own. */
export const UsualHeroCard = () => (
  <p>
    <b>
      <Trans>Your mail, your server</Trans>
    </b>
    <span className="block text-ink-2">
      <Trans>
        Fairlead guides each email to its recipient and tells you when one does not arrive, and why.
      </Trans>
    </span>
  </p>
)
