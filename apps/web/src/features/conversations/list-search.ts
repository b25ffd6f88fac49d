import type { ConversationRow } from '@fairlead/contract'

const channels = ['managed', 'gmail', 'microsoft', 'smtp'] as const
const days = [1, 7, 30, 90] as const
const reasonGroups = [
  ...([
    'recipient',
    'mailbox',
    'quota',
    'domain',
    'size',
    'reputation',
    'content',
    'policy',
    'auth',
  ] as const),
  ...([
    'rate',
    'transport',
    'system',
    'unknown',
    'link',
    'channel',
    'identity',
    'local',
    'uncertain',
  ] as const),
] as const
const states = [
  ...(['scheduled', 'held', 'queued', 'accepted', 'delivered', 'refused', 'expired', 'bounced'] as const),
  ...(['complained', 'uncertain', 'suppressed', 'cancelled'] as const),
] as const satisfies readonly ConversationRow['state'][]

export const listChoices = { channels, days, reasonGroups, states } as const

/** What stands in the address of the list: its search and filters, and which row is open. */
export interface ListSearch {
  readonly q?: string
  /** Only the last so many days, counted back from the end of today. */
  readonly days?: (typeof days)[number]
  readonly channel?: (typeof channels)[number]
  readonly identity?: string
  readonly reason?: (typeof reasonGroups)[number]
  readonly state?: (typeof states)[number]
  /** The open row: eml_… or dlv_…, and the conversation it is in. */
  readonly open?: string
  readonly thread?: string
}

export type ListFilter = Omit<ListSearch, 'open' | 'thread'>

/** Reads the address; what it does not know it leaves out. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const text = (name: string) => (typeof search[name] === 'string' ? { [name]: search[name] } : {})
  const oneOf = (name: string, known: readonly unknown[]) =>
    known.includes(search[name]) ? { [name]: search[name] } : {}
  return {
    ...text('q'),
    ...oneOf('days', days),
    ...oneOf('channel', channels),
    ...text('identity'),
    ...oneOf('reason', reasonGroups),
    ...oneOf('state', states),
    ...text('open'),
    ...text('thread'),
  }
}

/** The filters alone; two addresses that differ in the open row alone give the same list. */
export function filterOf({ open: _open, thread: _thread, ...filter }: ListSearch): ListFilter {
  return filter
}

/** How many ways the list is narrowed. */
export const filterCount = (filter: ListFilter): number => Object.keys(filter).length
