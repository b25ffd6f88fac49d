import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'

export interface AskedMail {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly messageIds: readonly string[]
  readonly threadIds: readonly string[]
}

export interface KnownMail {
  readonly messageIds: ReadonlySet<string>
  readonly threadIds: ReadonlySet<string>
}

/**
 * Which of these belong to mail that left the workspace: Message-IDs as we gave them or as the provider did instead, of
 * any round, and threads that the provider named in the answer to our own hand-over through this link. Call it as engine.
 */
export async function findKnownMail(tx: QueryExecutorProvider, asked: AskedMail): Promise<KnownMail> {
  if (asked.messageIds.length + asked.threadIds.length === 0)
    return { messageIds: new Set(), threadIds: new Set() }
  const ids = [...asked.messageIds]
  const found = await sql<{ id: string; isThread: boolean }>`
    select rfc_message_id as id, false as "isThread" from fairlead.message
      where workspace_id = ${asked.workspaceId} and rfc_message_id = any(${ids}::text[])
    union
    select seen_message_id, false from fairlead.handoff
      where workspace_id = ${asked.workspaceId} and seen_message_id = any(${ids}::text[])
    union
    select receipt ->> 'threadId', true from fairlead.handoff
      where workspace_id = ${asked.workspaceId} and link_id = ${asked.linkId} and receipt ? 'threadId'
        and receipt ->> 'threadId' = any(${[...asked.threadIds]}::text[])`.execute(tx)
  const laterRounds = ids.filter(id => /^[0-9a-f-]{36}\.[0-9a-f-]{36}\.r\d{1,3}@/i.test(id))
  return {
    messageIds: new Set([...found.rows.filter(row => !row.isThread).map(row => row.id), ...laterRounds]),
    threadIds: new Set(found.rows.filter(row => row.isThread).map(row => row.id)),
  }
}
