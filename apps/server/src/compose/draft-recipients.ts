import { sql } from 'kysely'
import { checkMailbox } from '../mail/address.ts'
import type { Tx } from '../platform/database/connect.ts'
import { newId } from '../platform/ids.ts'
import type { RecipientKind, RecipientTexts } from './check-recipients.ts'
import type { WhichEmail } from './draft-row.ts'

const kinds = ['to', 'cc', 'bcc'] as const satisfies readonly RecipientKind[]

/** The recipients as they were typed. */
export async function readRecipientTexts(tx: Tx, which: WhichEmail): Promise<RecipientTexts> {
  const found = await sql<{ kind: RecipientKind; typed: string | null; name: string; address: string }>`
    select kind, typed, name, address from fairlead.email_recipient
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId} order by position, id`.execute(
    tx,
  )
  const of = (kind: RecipientKind) =>
    found.rows.filter(row => row.kind === kind).map(row => row.typed ?? mailboxText(row))
  return { to: of('to'), cc: of('cc'), bcc: of('bcc') }
}

/** Replaces the recipients by what was typed; a text that is no address stands for itself. */
export async function writeRecipientTexts(tx: Tx, which: WhichEmail, texts: RecipientTexts): Promise<void> {
  await sql`
    delete from fairlead.email_recipient
    where workspace_id = ${which.workspaceId} and email_id = ${which.emailId}`.execute(tx)
  const rows = kinds.flatMap(kind => texts[kind].map(typed => ({ kind, typed, ...asRead(typed) })))
  if (rows.length === 0) return
  await sql`
    insert into fairlead.email_recipient (workspace_id, id, email_id, kind, position, name, address, address_key, typed)
    select ${which.workspaceId}, k.id, ${which.emailId}, k.kind, k.position, k.name, k.address, k.address_key, k.typed
    from unnest(${rows.map(() => newId('recipient'))}::uuid[], ${rows.map(row => row.kind)}::text[],
      ${rows.map((_, at) => at)}::int[], ${rows.map(row => row.name)}::text[], ${rows.map(row => row.address)}::text[],
      ${rows.map(row => row.key)}::text[], ${rows.map(row => row.typed)}::text[])
      as k (id, kind, position, name, address, address_key, typed)`.execute(tx)
}

function asRead(typed: string): { name: string; address: string; key: string } {
  const answer = checkMailbox(typed)
  if ('problem' in answer) return { name: '', address: typed, key: '' }
  const { name, address } = answer.mailbox
  return { name, address, key: address.toLowerCase() }
}

// RFC 5322 §3.2.3: what a name may hold without quotes.
const bareName = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~ -]+$/u

/** `Ann Lee <ann@example.com>`, the name in quotes where it needs them (RFC 5322 §3.2.4). */
export function mailboxText(mailbox: { readonly name: string; readonly address: string }): string {
  const { name, address } = mailbox
  if (name === '') return address
  return bareName.test(name)
    ? `${name} <${address}>`
    : `"${name.replace(/["\\]/g, sign => `\\${sign}`)}" <${address}>`
}
