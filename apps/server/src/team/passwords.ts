import { limits, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Db } from '../platform/database/connect.ts'
import type { Auth } from './auth.ts'

/** Problems: password.too-short, password.too-long. Characters are counted as people see them (code points). */
export function checkPassword(password: string): void {
  const length = [...password].length
  const { passwordLeastCharacters: least, passwordCharacters: most } = limits
  if (length < least) throw new Problem('password.too-short', { least })
  if (length > most) throw new Problem('password.too-long', { most })
}

/** Gives a login this password, its first or another one. */
export async function setPassword(auth: Auth, userId: string, password: string): Promise<void> {
  const context = await auth.$context
  const hash = await context.password.hash(password)
  const accounts = await context.internalAdapter.findAccounts(userId)
  if (accounts.some(account => account.providerId === 'credential')) {
    await context.internalAdapter.updatePassword(userId, hash)
  } else {
    await context.internalAdapter.linkAccount({
      ...{ userId, providerId: 'credential', accountId: userId, password: hash },
    })
  }
}

/** Has this login a password at all? One that the command line made has none. */
export async function hasPassword(auth: Auth, userId: string): Promise<boolean> {
  return (await passwordHash(auth, userId)) !== null
}

/** Is this the login's password? Takes as long for a login without one. */
export async function isPassword(auth: Auth, userId: string, password: string): Promise<boolean> {
  const context = await auth.$context
  const hash = await passwordHash(auth, userId)
  if (hash !== null) return context.password.verify({ hash, password })
  await context.password.hash(password)
  return false
}

async function passwordHash(auth: Auth, userId: string): Promise<string | null> {
  const { internalAdapter } = await auth.$context
  const accounts = await internalAdapter.findAccounts(userId)
  return accounts.find(account => account.providerId === 'credential')?.password ?? null
}

/** Ends sessions of a login, all or all but one; answers how many. */
export async function endSessions(db: Db, of: { userId: string; except: string | null }): Promise<number> {
  const ended = await sql`
    delete from auth.session where "userId" = ${of.userId} and id is distinct from ${of.except}
    returning "expiresAt" > clock_timestamp() as live`.execute(db)
  return ended.rows.length
}
