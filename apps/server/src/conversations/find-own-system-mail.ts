import { sql } from 'kysely'
import { asEngine, asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { MemberId, WorkspaceId } from '../platform/ids.ts'
import { hashMailedToken } from '../platform/mailed-token.ts'
import { readMime } from './read-mime.ts'
import type { SandboxDelivery, SandboxInternet } from './sandbox-internet.ts'

interface Parts {
  readonly db: Db
  readonly internet: SandboxInternet
}
interface Asked {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
  readonly messages: readonly { readonly uuid: string; readonly message: SandboxDelivery }[]
}

// The platform's workspace, made by the first migration: system mail is sent from there.
const platformWorkspaceId = '00000000-0000-0000-0000-000000000000'
const mostRead = 50

/**
 * Ids of the deliveries that are mail of Fairlead itself and the member's own affair: the verification of an identity
 * of theirs, an invitation that they sent. What the mail's link opens says whose it is, so that nobody finds the link
 * to somebody else's password.
 */
export async function findOwnSystemMail({ db, internet }: Parts, asked: Asked): Promise<ReadonlySet<string>> {
  const uuids = [...new Set(asked.messages.map(({ uuid }) => uuid))]
  if (uuids.length === 0) return new Set()
  const system = await asEngine(db, tx =>
    sql<{ id: string }>`
      select id from fairlead.message where workspace_id = ${platformWorkspaceId} and id = any(${uuids}::uuid[])`.execute(
      tx,
    ),
  )
  const known = new Set(system.rows.map(({ id }) => id))
  const sent = asked.messages.filter(({ uuid }) => known.has(uuid)).slice(0, mostRead)
  const hashes = await Promise.all(
    sent.map(async ({ message }) => ({ id: message.id, hash: await hashIn(internet, message.id) })),
  )
  const own = await findOwnHashes(
    db,
    asked,
    hashes.map(({ hash }) => hash),
  )
  return new Set(hashes.flatMap(({ id, hash }) => (own.has(hash) ? [id] : [])))
}

/** Hash of the token in the mail's link; empty: there is none. */
async function hashIn(internet: SandboxInternet, id: string): Promise<string> {
  const raw = await internet.raw(id)
  if (raw === null) return ''
  const { text } = await readMime(raw)
  const token = /\/(?:verify|invitation)\/([\w-]{43})(?![\w-])/.exec(text)?.[1]
  return token === undefined ? '' : hashMailedToken(token)
}

async function findOwnHashes(
  db: Db,
  { workspaceId, memberId }: Asked,
  hashes: readonly string[],
): Promise<Set<string>> {
  const found = await asWeb(db, workspaceId, tx =>
    sql<{ hash: string }>`
      select v.token_hash as hash from fairlead.identity_verification v
      join fairlead.identity i on i.workspace_id = v.workspace_id and i.id = v.identity_id
      where v.workspace_id = ${workspaceId} and i.member_id = ${memberId} and v.token_hash = any(${hashes}::text[])
      union
      select token_hash from fairlead.invitation
      where workspace_id = ${workspaceId} and invited_by = ${memberId} and token_hash = any(${hashes}::text[])`.execute(
      tx,
    ),
  )
  return new Set(found.rows.map(({ hash }) => hash))
}
