import type { MemberId, SessionId, WorkspaceId } from '../platform/ids.ts'
import type { Role } from './insert-member.ts'

/** Who calls: the member behind an API key or a session, with the role of this moment. */
export interface Caller {
  /** Of the key; for a session a name that all sessions of the member share, so that signing in again repeats nothing. */
  readonly apiKeyId: string
  /** Null: an API key. */
  readonly sessionId: SessionId | null
  /** better-auth's. */
  readonly userId: string
  readonly workspaceId: WorkspaceId
  readonly workspaceName: string
  readonly memberId: MemberId
  readonly memberName: string
  readonly memberAddress: string
  readonly role: Role
}
