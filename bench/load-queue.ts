import { sql } from 'kysely'
import { parseAddress } from '../apps/server/src/mail/address.ts'
import type { FrozenMessage } from '../apps/server/src/mail/message.ts'
import { readMessageId } from '../apps/server/src/mail/message-id.ts'
import { renderMessage } from '../apps/server/src/mail/render-message.ts'
import { asEngine } from '../apps/server/src/platform/database/as-role.ts'
import type { Db } from '../apps/server/src/platform/database/connect.ts'
import { newId } from '../apps/server/src/platform/ids.ts'
import type { SeededWorkspace } from '../apps/server/src/testing/seed-workspace.ts'
import { benchMail } from './messages.ts'
import { withSender } from './sender.ts'

async function* noBlob(): AsyncGenerator<Uint8Array> {}

interface Row {
  readonly email: string
  readonly thread: string
  readonly recipient: string
  readonly message: string
  readonly delivery: string
  readonly to: string
  readonly frozen: FrozenMessage
}

async function renderRow(n: number): Promise<Row> {
  const mail = benchMail(n)
  const message = newId('message')
  const to = parseAddress(mail.to)
  if (to === null || readMessageId(`${message}@mail.bench.test`) === null)
    throw new Error('bench mail is wrong')
  const frozen = await renderMessage(
    {
      ...withSender,
      to: [{ name: '', address: to }],
      subject: mail.subject,
      date: new Date(),
      messageId: `${message}@mail.bench.test`,
      html: mail.html,
      text: mail.text,
    },
    noBlob,
  )
  return {
    email: newId('email'),
    thread: newId('thread'),
    recipient: newId('recipient'),
    message,
    delivery: newId('delivery'),
    to,
    frozen,
  }
}

/** Renders `count` personal emails and puts them into the queue, as a release does, 500 a transaction. */
export async function loadQueue(db: Db, seeded: SeededWorkspace, count: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const rows = await Promise.all(
      Array.from({ length: Math.min(500, count - done) }, (_, at) => renderRow(done + at)),
    )
    await asEngine(db, async tx => {
      const column = <K extends keyof Row>(name: K) => rows.map(row => row[name])
      const { workspaceId, memberId, linkId, identityId } = seeded
      await sql`insert into fairlead.thread (workspace_id, id, member_id)
                select ${workspaceId}, k, ${memberId} from unnest(${column('thread')}::uuid[]) k`.execute(tx)
      await sql`insert into fairlead.email (workspace_id, id, thread_id, member_id, identity_id, link_id, state, released_at)
                select ${workspaceId}, e, t, ${memberId}, ${identityId}, ${linkId}, 'released', fairlead.now()
                from unnest(${column('email')}::uuid[], ${column('thread')}::uuid[]) k (e, t)`.execute(tx)
      await sql`insert into fairlead.email_recipient (workspace_id, id, email_id, kind, position, address, address_key)
                select ${workspaceId}, r, e, 'to', 0, a, a
                from unnest(${column('recipient')}::uuid[], ${column('email')}::uuid[], ${column('to')}::text[]) k (r, e, a)`.execute(
        tx,
      )
      await sql`insert into fairlead.message (workspace_id, id, email_id, rfc_message_id, from_name, from_address, headers, body, body_hash, size)
                select ${workspaceId}, m, e, m || '@mail.bench.test', ${withSender.from.name}, ${withSender.from.address},
                       string_to_array(h, E'\\x01'), b, bh, s
                from unnest(${column('message')}::uuid[], ${column('email')}::uuid[], ${rows.map(row => row.frozen.headers.join('\x01'))}::text[],
                  ${rows.map(row => JSON.stringify(row.frozen.body))}::text[], ${rows.map(row => row.frozen.bodyHash)}::text[],
                  ${rows.map(row => row.frozen.size)}::int[]) k (m, e, h, b, bh, s)`.execute(tx)
      await sql`insert into fairlead.delivery (workspace_id, id, email_id, message_id, recipient_id, member_id, link_id, address, give_up_at)
                select ${workspaceId}, d, e, m, r, ${memberId}, ${linkId}, a, fairlead.now() + interval '4 days'
                from unnest(${column('delivery')}::uuid[], ${column('email')}::uuid[], ${column('message')}::uuid[], ${column('recipient')}::uuid[],
                  ${column('to')}::text[]) k (d, e, m, r, a)`.execute(tx)
    })
  }
}
