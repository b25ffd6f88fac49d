import { Problem } from '@fairlead/contract'
import type { Db } from '../platform/database/connect.ts'
import type { Auth } from './auth.ts'
import type { Caller } from './caller.ts'
import { forgetAttempts, paceAttempt } from './pace-attempts.ts'
import { checkPassword, endSessions, isPassword, setPassword } from './passwords.ts'

/**
 * Another password for whoever knows the present one; answers how many other sessions ended with it. Problems:
 * password.wrong, password.too-short, password.too-long, auth.too-many-attempts.
 */
export async function changePassword(
  deps: { db: Db; auth: Auth },
  caller: Caller,
  wish: { currentPassword: string; newPassword: string },
): Promise<number> {
  checkPassword(wish.newPassword)
  const pace = { of: `password of login ${caller.userId}`, free: 8, waitSeconds: 5, mostSeconds: 300 }
  await paceAttempt(deps.db, [pace], 'auth.too-many-attempts')
  if (!(await isPassword(deps.auth, caller.userId, wish.currentPassword))) throw new Problem('password.wrong')
  await forgetAttempts(deps.db, [pace])
  await setPassword(deps.auth, caller.userId, wish.newPassword)
  return endSessions(deps.db, { userId: caller.userId, except: caller.sessionId })
}
