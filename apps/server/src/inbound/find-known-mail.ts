import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'

export interface AskedMail {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly messageIds: readonly string[]
  readonly threadIds: readonly string[]
  readonly dedupeKeys: readonly string[]
}

export interface KnownMail {
  /** Mail that is kept already: a mailbox may show it any number of times. */
  readonly kept: ReadonlySet<string>
  readonly messageIds: ReadonlySet<string>
  readonly threadIds: ReadonlySet<string>
}

/**
 * Which of these belong to mail that left the workspace: Message-IDs as we gave them or as the provider did instead, of
 * any round, and threads that the provider named in the answer to our own hand-over through this link. Call it as engine.
 */
export async function findKnownMail(tx: QueryExecutorProvider, asked: AskedMail): Promise<KnownMail> {
  if (asked.dedupeKeys.length === 0) return { messageIds: new Set(), threadIds: new Set(), kept: new Set() }
  const ids = [...asked.messageIds]
  const found = await sql<{ id: string; is: 'message' | 'thread' | 'kept' }>`
    select rfc_message_id as id, 'message' as "is" from fairlead.message
      where workspace_id = ${asked.workspaceId} and rfc_message_id = any(${ids}::text[])
    union
    select seen_message_id, 'message' from fairlead.handoff
      where workspace_id = ${asked.workspaceId} and seen_message_id = any(${ids}::text[])
    union
    select receipt ->> 'threadId', 'thread' from fairlead.handoff
      where workspace_id = ${asked.workspaceId} and link_id = ${asked.linkId} and receipt ? 'threadId'
        and receipt ->> 'threadId' = any(${[...asked.threadIds]}::text[])
    union
    select dedupe_key, 'kept' from fairlead.notice
      where workspace_id = ${asked.workspaceId} and source = ${`link:${asked.linkId}`}
        and dedupe_key = any(${[...asked.dedupeKeys]}::text[])`.execute(tx)
  const laterRounds = ids.filter(id => /^[0-9a-f-]{36}\.[0-9a-f-]{36}\.r\d{1,3}@/i.test(id))
  const those = (is: 'message' | 'thread' | 'kept') =>
    found.rows.filter(row => row.is === is).map(({ id }) => id)
  return {
    messageIds: new Set([...those('message'), ...laterRounds]),
    threadIds: new Set(those('thread')),
    kept: new Set(those('kept')),
  }
}
