import type { Link } from '@fairlead/contract'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { Link as RouteLink } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { ChannelGlyph } from '../ui/glyphs.tsx'
import { DayLeft } from './day-left.tsx'
import { usePlaces } from './place.ts'

const words: Readonly<Record<Link['state'], ReturnType<typeof msg>>> = {
  ready: msg`Ready`,
  'needs-attention': msg`Needs attention`,
  paused: msg`Paused`,
  removed: msg`Removed`,
}

/** The delivery channels one can use and how they are, at the sidebar's foot. */
export function ChannelStates() {
  const { data } = useQuery({
    queryKey: keys.links,
    queryFn: ({ signal }) => api.links.list(undefined, { signal }),
  })
  const links = data?.links.filter(({ state }) => state !== 'removed') ?? []
  if (links.length === 0) return null
  return (
    <>
      <div className="tree-h">
        <Trans>Delivery channels</Trans>
      </div>
      {links.map(link => (
        <ChannelLine key={link.id} link={link} />
      ))}
    </>
  )
}

function ChannelLine({ link }: { readonly link: Link }) {
  const page = usePlaces().find(({ to }) => to.endsWith('/channels'))
  const line = (
    <>
      <ChannelGlyph kind={link.kind} size="xs" />
      <span className="ell">{link.name}</span>
      <span className={`n ${link.state === 'needs-attention' ? 'bad' : ''}`}>
        <HowItIs link={link} />
      </span>
    </>
  )
  // Not a NavLink: the page itself is marked under Settings, and one channel is not all of it.
  return page ? (
    <RouteLink to={page.to} search={{ link: link.id }} className="nav-a">
      {line}
    </RouteLink>
  ) : (
    <div className="nav-a hover:bg-transparent!">{line}</div>
  )
}

/** How much an account that works may still send; else its state in a word. */
function HowItIs({ link }: { readonly link: Link }) {
  const { _ } = useLingui()
  const word = _(words[link.state])
  return link.state === 'ready' ? <DayLeft link={link} isShort otherwise={word} /> : word
}
