import { Problem } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { parseAddress } from '../mail/address.ts'
import type { Address } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { hashMailedToken, newMailedToken } from '../platform/mailed-token.ts'
import type { Auth } from './auth.ts'
import { findLogin } from './find-login.ts'
import { paceAttempt } from './pace-attempts.ts'
import { checkPassword, endSessions, setPassword } from './passwords.ts'

const validMinutes = 60

export interface ResetLetter {
  readonly token: string
  readonly address: Address
  readonly expiresAt: Date
}

/**
 * A link for whoever reads the mailbox of this address; an earlier one ends. Null where the address has no account, or
 * got too many of these mails lately.
 */
export async function startPasswordReset(
  deps: { db: Db; auth: Auth },
  typed: string,
): Promise<ResetLetter | null> {
  const address = parseAddress(typed)
  const { internalAdapter } = await deps.auth.$context
  const found = address && (await internalAdapter.findUserByEmail(address.toLowerCase()))
  if (!address || !found) return null
  try {
    const pace = { of: `reset ${address.toLowerCase()}`, free: 5, waitSeconds: 60, mostSeconds: 3_600 }
    await paceAttempt(deps.db, [pace], 'rate.limited')
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
  const { token, hash } = newMailedToken()
  const made = await asEngine(deps.db, tx =>
    sql<{ expiresAt: Date }>`
      insert into fairlead.password_reset (user_id, token_hash, expires_at)
      values (${found.user.id}, ${hash}, fairlead.now() + ${validMinutes} * interval '1 minute')
      on conflict (user_id) do update
        set token_hash = excluded.token_hash, expires_at = excluded.expires_at, sent_at = fairlead.now()
      returning expires_at as "expiresAt"`.execute(tx),
  )
  const [row] = made.rows
  return row ? { token, address, expiresAt: row.expiresAt } : null
}

/** Whose link this is. Changes nothing. Problem: token.unusable. */
export async function showPasswordReset(
  deps: { db: Db; auth: Auth },
  token: string,
): Promise<{ address: string; expiresAt: Date }> {
  const found = await asEngine(deps.db, tx =>
    sql<{ userId: string; expiresAt: Date }>`
      select user_id as "userId", expires_at as "expiresAt" from fairlead.password_reset
      where token_hash = ${hashMailedToken(token)} and expires_at > fairlead.now()`.execute(tx),
  )
  const [row] = found.rows
  if (row === undefined) throw new Problem('token.unusable')
  const { address } = await findLogin(deps.auth, row.userId)
  return { address, expiresAt: row.expiresAt }
}

/** Sets the password and ends all sessions; the link is used up. Problems: token.unusable, password.*. */
export async function finishPasswordReset(
  deps: { db: Db; auth: Auth },
  wish: { token: string; password: string },
): Promise<void> {
  checkPassword(wish.password)
  const userId = await asEngine(deps.db, tx => takeToken(tx, wish.token))
  await setPassword(deps.auth, userId, wish.password)
  await endSessions(deps.db, { userId, except: null })
}

async function takeToken(tx: QueryExecutorProvider, token: string): Promise<string> {
  const taken = await sql<{ userId: string }>`
    delete from fairlead.password_reset
    where token_hash = ${hashMailedToken(token)} and expires_at > fairlead.now() returning user_id as "userId"`.execute(
    tx,
  )
  const [row] = taken.rows
  if (row === undefined) throw new Problem('token.unusable')
  return row.userId
}
