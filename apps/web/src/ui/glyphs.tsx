import type { ChannelKind, ConversationRow } from '@fairlead/contract'
import { initialsOf } from './initials.ts'

type Size = 'xs' | 'md' | 'lg'
const channelClass = { managed: 'managed', gmail: 'gmail', microsoft: 'm365', smtp: 'smtp' } as const

interface ChannelGlyphProps {
  readonly kind: ChannelKind
  readonly size?: Size
  /** The channel's name, where no word beside the glyph says it. */
  readonly label?: string
}

/** The channel's colour and shape, the same in lists, pickers and charts. */
export function ChannelGlyph({ kind, size = 'md', label }: ChannelGlyphProps) {
  return (
    <span
      className={`ch ${channelClass[kind]} ${size === 'md' ? '' : size}`}
      {...(label ? { role: 'img', 'aria-label': label, title: label } : { 'aria-hidden': true })}
    >
      <svg className="i" viewBox="0 0 24 24" aria-hidden="true">
        <path d={channelPaths[kind]} />
      </svg>
    </span>
  )
}

const channelPaths: Readonly<Record<ChannelKind, string>> = {
  managed: 'M6.5 12a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0M1.5 14.5c4 0 5-.5 7-1.5M14.5 10.5c2.5-1 4-1 8-1',
  gmail: 'M4 18.5V7l8 6.5L20 7v11.5',
  microsoft: 'M5 5h5.5v5.5H5zM13.5 5H19v5.5h-5.5zM5 13.5h5.5V19H5zM13.5 13.5H19V19h-5.5z',
  smtp: 'M5 5h14v6H5zM5 11h14M12 11v5M5 19h4M15 19h4M9.5 19a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0',
}

/** How an email or a delivery stands. Each group has a shape of its own, so that it can be told without colour. */
export type StatusShape =
  | 'delivered'
  | 'accepted'
  | 'bounced'
  | 'failed'
  | 'spam'
  | 'needs-a-look'
  | 'waiting'
  | 'scheduled'
  | 'draft'

const stateShapes: Readonly<Record<ConversationRow['state'], StatusShape>> = {
  ...{ draft: 'draft', scheduled: 'scheduled', held: 'scheduled', released: 'waiting', cancelled: 'draft' },
  ...{ queued: 'waiting', claimed: 'waiting', sending: 'waiting', uncertain: 'needs-a-look' },
  ...{ accepted: 'accepted', delivered: 'delivered', refused: 'failed', expired: 'failed' },
  ...{ bounced: 'bounced', complained: 'spam', suppressed: 'failed' },
}

/** The shape of a state; in a folder of failed deliveries the folder decides, as the row stands under its word. */
export function statusShape(state: ConversationRow['state'], folder: ConversationRow['folder']): StatusShape {
  if (folder === 'bounced' || folder === 'failed' || folder === 'spam' || folder === 'needs-a-look')
    return folder
  return stateShapes[state]
}

const ring = 'M16 9a7 7 0 1 1-14 0 7 7 0 0 1 14 0z'
const shapes: Readonly<Record<StatusShape, { readonly tone: string; readonly d: string }>> = {
  delivered: { tone: 'delivered', d: `${ring}M6 9.2l2.1 2.1L12 7` },
  accepted: { tone: 'accepted', d: `${ring}M5.8 9h6M9.4 6.6 11.8 9l-2.4 2.4` },
  bounced: { tone: 'bounced', d: `${ring}M7.6 5.9 5.6 7.9l2 2M5.6 7.9h3.9a2.6 2.6 0 0 1 2.6 2.6v1.2` },
  failed: { tone: 'failed', d: `${ring}M6.8 6.8l4.4 4.4M11.2 6.8l-4.4 4.4` },
  spam: { tone: 'spam', d: 'M6.1 2h5.8L16 6.1v5.8L11.9 16H6.1L2 11.9V6.1zM9 5.7v3.6M9 12.2v.1' },
  'needs-a-look': { tone: 'needs-a-look', d: 'M9 1.8 16.2 9 9 16.2 1.8 9zM9 6v3.4M9 12v.1' },
  waiting: { tone: 'waiting', d: 'M9 2a7 7 0 1 1-7 7' },
  scheduled: { tone: 'waiting', d: `${ring}M9 5.3V9l2.5 1.5` },
  draft: { tone: 'waiting', d: 'M3 15l.8-3.1 7.9-7.9 2.3 2.3-7.9 7.9zM10 5.7l2.3 2.3' },
}

/** How a row stands, by shape; `label` says it in words. */
export function StatusGlyph({ shape, label }: { readonly shape: StatusShape; readonly label: string }) {
  return (
    <svg className={`stg ${shapes[shape].tone}`} viewBox="0 0 18 18" role="img" aria-label={label}>
      <path d={shapes[shape].d} />
    </svg>
  )
}

interface AvatarProps {
  readonly name: string
  readonly size?: 'sm' | 'md' | 'lg'
  /** The rep's own: filled with the accent. */
  readonly isYou?: boolean
}

/** Initials in a circle; decoration beside the name. */
export function Avatar({ name, size = 'md', isYou = false }: AvatarProps) {
  return (
    <span className={`av ${size === 'md' ? '' : size} ${isYou ? 'me-av' : ''}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}
