import { Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { requireAddress } from '../mail/require-address.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { requireSingleLine } from '../platform/single-line.ts'
import type { Auth } from './auth.ts'
import { insertWorkspace } from './create-workspace.ts'
import { findOrCreateUser } from './find-or-create-user.ts'
import { needsSetup } from './needs-setup.ts'
import { checkPassword, setPassword } from './passwords.ts'

export interface SetUpWish {
  readonly workspaceName: string
  readonly name: string
  readonly address: string
  readonly password: string
}

const setUpLock = 0x73657475

/**
 * The first visitor's workspace, of which they are the admin, with a password to sign in. Of several first visitors
 * one wins. The password is set last and by the winner alone; if that fails the account is there, and a new password
 * can be mailed. Problems: setup.done, email.address-invalid, email.line-break, password.too-short, password.too-long.
 */
export async function setUp(deps: { db: Db; auth: Auth }, wish: SetUpWish): Promise<void> {
  const adminAddress = requireAddress('address', wish.address)
  requireSingleLine('name', wish.name)
  requireSingleLine('workspaceName', wish.workspaceName)
  checkPassword(wish.password)
  if (!(await asEngine(deps.db, needsSetup))) throw new Problem('setup.done')
  const userId = await findOrCreateUser(deps.auth, { address: adminAddress, name: wish.name })
  await asEngine(deps.db, async tx => {
    await sql`select pg_advisory_xact_lock(${setUpLock})`.execute(tx)
    if (!(await needsSetup(tx))) throw new Problem('setup.done')
    await insertWorkspace(tx, { name: wish.workspaceName, adminName: wish.name, adminAddress, userId })
  })
  await setPassword(deps.auth, userId, wish.password)
}
