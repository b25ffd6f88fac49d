import { sql } from 'kysely'
import { writeBlob } from '../../blobs/write-blob.ts'
import { asEngine } from '../../platform/database/as-role.ts'
import { newId, parseId, showId } from '../../platform/ids.ts'
import type { TestApi, TestMember } from './start-test-api.ts'

/** Files a message as an answer to an email of the member, as inbound does; answers the ids as the API shows them. */
export async function receive(
  api: TestApi,
  to: { member: TestMember; emailId: string; raw: string | Buffer },
): Promise<{ inboundId: string; noticeId: string; threadId: string }> {
  const { workspaceId } = to.member
  const content = Buffer.from(to.raw)
  const [noticeId, inboundId] = [newId('notice'), newId('inbound')]
  const emailId = parseId('email', to.emailId)
  return asEngine(api.database.db, async tx => {
    const { sha256 } = await writeBlob(tx, { workspaceId, content: [content] })
    await sql`
      insert into fairlead.notice (workspace_id, id, source, dedupe_key, state, sha256, size, email_id)
      values (${workspaceId}, ${noticeId}, 'test', ${noticeId}, 'applied', ${sha256}, ${content.length}, ${emailId})`.execute(
      tx,
    )
    const made = await sql<{ threadId: string }>`
      insert into fairlead.inbound_message (workspace_id, id, notice_id, thread_id, kind, from_name, from_address, subject, sha256)
      select ${workspaceId}, ${inboundId}, ${noticeId}, e.thread_id, 'reply', 'Carl', 'carl@north.example', 'Re: Offer', ${sha256}
      from fairlead.email e where e.workspace_id = ${workspaceId} and e.id = ${emailId}
      returning thread_id as "threadId"`.execute(tx)
    const threadId = parseId('thread', made.rows[0]?.threadId ?? '')
    if (threadId === null) throw new Error('no thread')
    return {
      inboundId: showId('inbound', inboundId),
      noticeId: showId('notice', noticeId),
      threadId: showId('thread', threadId),
    }
  })
}
