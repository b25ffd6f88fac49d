import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-paths.ts'

export type Tone = 'neutral' | 'ok' | 'warn' | 'bad' | 'info'

/** The class of a tone; neutral has none. */
export const toneClass = (tone: Tone): string => (tone === 'neutral' ? '' : tone)

const toneIcons: Readonly<Record<Tone, IconName>> = {
  ...{ neutral: 'info', ok: 'check', warn: 'alert', bad: 'x', info: 'info' },
}
/** The shape that goes with a tone, so that colour never speaks alone. */
export const toneIcon = (tone: Tone): IconName => toneIcons[tone]

interface PillProps {
  readonly tone?: Tone
  readonly icon?: IconName
  readonly children: ReactNode
}

/** A status: always a shape and a word. */
export function Pill({ tone = 'neutral', icon, children }: PillProps) {
  return (
    <span className={`pill ${toneClass(tone)}`}>
      <Icon name={icon ?? toneIcon(tone)} />
      {children}
    </span>
  )
}

/** What a machine said, word for word: 5.1.1, CNAME, AUTH. */
export const Code = ({ children }: { readonly children: ReactNode }) => (
  <code className="code" translate="no">
    {children}
  </code>
)

/** A key of the keyboard. */
export const Kbd = ({ children }: { readonly children: ReactNode }) => <kbd>{children}</kbd>

interface TickProps {
  readonly is: 'ok' | 'warn' | 'no'
  readonly children: ReactNode
}
const tickIcons = { ok: 'check', warn: 'alert', no: 'x' } as const

/** One word that is true, half true or not: DKIM, SPF, DMARC. */
export function Tick({ is, children }: TickProps) {
  return (
    <span className={`tick ${is}`}>
      <Icon name={tickIcons[is]} />
      {children}
    </span>
  )
}
