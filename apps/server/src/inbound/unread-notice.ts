import type { LinkId, NoticeId, WorkspaceId } from '../platform/ids.ts'

/** A notice as the listener kept it, taken by one reader. */
export interface UnreadNotice {
  readonly workspaceId: WorkspaceId
  readonly id: NoticeId
  readonly state: 'new' | 'waiting'
  readonly envelopeFrom: string
  readonly envelopeTo: readonly string[]
  readonly sha256: string
  readonly receivedAt: Date
  /** The link whose mailbox it came from; null: it came by SMTP. */
  readonly linkId: LinkId | null
  readonly threadId: string | null
}
