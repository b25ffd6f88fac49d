import { randomFillSync } from 'node:crypto'

/**
 * Ids are UUIDv7 (RFC 9562 §5.7) made by the app, branded per table, and shown with a prefix: `eml_` + 26
 * characters would be prettier, but the UUID itself can be pasted into SQL, so the prefix stands before it.
 */
export const idPrefixes = {
  workspace: 'wsp',
  member: 'mbr',
  identity: 'idn',
  link: 'lnk',
  thread: 'thr',
  email: 'eml',
  recipient: 'rcp',
  message: 'msg',
  delivery: 'dlv',
  handoff: 'hnd',
  attempt: 'atm',
  event: 'evt',
  linkEvent: 'lev',
  notice: 'ntc',
  inbound: 'inb',
  attachment: 'att',
  session: 'ses',
  invitation: 'inv',
  domain: 'dom',
  connection: 'con',
  roundTrip: 'trp',
} as const
export type IdKind = keyof typeof idPrefixes

export type Id<K extends IdKind> = string & { readonly id: K }
export type WorkspaceId = Id<'workspace'>
export type MemberId = Id<'member'>
export type IdentityId = Id<'identity'>
export type LinkId = Id<'link'>
export type ThreadId = Id<'thread'>
export type EmailId = Id<'email'>
export type RecipientId = Id<'recipient'>
export type MessageId = Id<'message'>
export type DeliveryId = Id<'delivery'>
export type HandoffId = Id<'handoff'>
export type AttemptId = Id<'attempt'>
export type EventId = Id<'event'>
export type LinkEventId = Id<'linkEvent'>
export type NoticeId = Id<'notice'>
export type InboundId = Id<'inbound'>
export type AttachmentId = Id<'attachment'>
export type SessionId = Id<'session'>
export type InvitationId = Id<'invitation'>
export type DomainId = Id<'domain'>
export type ConnectionId = Id<'connection'>
export type RoundTripId = Id<'roundTrip'>

const pool = Buffer.alloc(4096)
let poolAt = pool.length
let lastMs = 0
let sequence = 0

/** A new UUIDv7; ids made by one process sort in the order of their making. */
export function newId<K extends IdKind>(_kind: K): Id<K> {
  if (poolAt + 8 > pool.length) {
    randomFillSync(pool)
    poolAt = 0
  }
  const ms = nextTick()
  const head = ms.toString(16).padStart(12, '0')
  const a = (0x7000 | (sequence & 0xfff)).toString(16)
  const random = pool.subarray(poolAt, poolAt + 8)
  poolAt += 8
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
  const tail = random.toString('hex')
  return `${head.slice(0, 8)}-${head.slice(8)}-${a}-${tail.slice(0, 4)}-${tail.slice(4)}` as Id<K>
}

/** Milliseconds that never run backwards; 4,096 ids fit into each before the next one is borrowed. */
function nextTick(): number {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    sequence = 0
  } else if (++sequence > 0xfff) {
    lastMs += 1
    sequence = 0
  }
  return lastMs
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** `dlv_0190…`: the form that people and the API see. */
export function showId<K extends IdKind>(kind: K, id: Id<K>): string {
  return `${idPrefixes[kind]}_${id}`
}

/** Reads the shown form, or a bare UUID; null for anything else. */
export function parseId<K extends IdKind>(kind: K, shown: string): Id<K> | null {
  const prefix = `${idPrefixes[kind]}_`
  const bare = (shown.startsWith(prefix) ? shown.slice(prefix.length) : shown).toLowerCase()
  return uuid.test(bare) ? (bare as Id<K>) : null
}
