import type { Draft, Scheduled } from '@fairlead/contract'
import { sql } from 'kysely'
import { readBlob } from '../../blobs/read-blob.ts'
import { releaseDueEmail } from '../../compose/release-due-emails.ts'
import { asEngine } from '../../platform/database/as-role.ts'
import type { Answer, Body, TestApi, TestMember } from './start-test-api.ts'

/** A letter that could be sent. */
export const letter = {
  to: ['Carl Berg <carl@north.example>'],
  subject: 'Offer',
  html: '<p>Good morning</p>',
}

/** An answer's body as the draft that it is. */
export const asDraft = ({ body }: Answer): Draft => body as unknown as Draft

/** Makes a draft; throws where it was not made. */
export async function draftOf(member: TestMember, fields: Body = {}): Promise<Draft> {
  const answer = await member.call('POST', '/drafts', { body: { ...letter, ...fields } })
  if (answer.status !== 201) throw new Error(`not made: ${JSON.stringify(answer.body)}`)
  return asDraft(answer)
}

/** Makes a draft and sends it; throws where it was refused. */
export async function sentDraft(
  member: TestMember,
  { fields = {}, when = {} }: { fields?: Body; when?: Body } = {},
): Promise<Scheduled> {
  const { id, version } = await draftOf(member, fields)
  const answer = await member.call('POST', `/drafts/${id}/send`, { body: { version, ...when } })
  if (answer.status !== 202) throw new Error(`not sent: ${JSON.stringify(answer.body)}`)
  return answer.body as unknown as Scheduled
}

/** Releases what is due, as a worker would. */
export async function releaseDue({ database: { db } }: TestApi): Promise<void> {
  const parts = {
    ...{ mailDomain: 'mail.fairlead.test', giveUpMs: 1_000_000, maxBytes: () => 25_000_000 },
    readBlob: (workspaceId: Parameters<typeof readBlob>[1]['workspaceId']) => (sha256: string) =>
      readBlob(db, { workspaceId, sha256 }),
  }
  while (await releaseDueEmail(db, parts));
}

/** Suppresses an address in Ann's workspace. */
export function suppress(api: TestApi, address: string): Promise<unknown> {
  return asEngine(api.database.db, tx =>
    sql`insert into fairlead.suppression (workspace_id, address_key, reason, author)
        values (${api.ann.workspaceId}, ${address}, '{"code":"recipient.unknown"}', 'test')`.execute(tx),
  )
}

/** Uploads bytes to a draft. */
export async function upload(
  { api, member, id }: { api: TestApi; member: TestMember; id: string },
  file: {
    content: Uint8Array<ArrayBuffer> | ReadableStream
    query: string
    headers?: Record<string, string>
  },
): Promise<Answer> {
  const answer = await fetch(`${api.url}/api/v1/drafts/${id}/attachments?${file.query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${member.key}`,
      'content-type': 'application/octet-stream',
      ...file.headers,
    },
    body: file.content,
    ...(file.content instanceof ReadableStream ? { duplex: 'half' } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
}
