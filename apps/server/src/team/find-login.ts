import type { Auth } from './auth.ts'

/** Name and address of a login. Throws where it is gone. */
export async function findLogin(auth: Auth, userId: string): Promise<{ name: string; address: string }> {
  const { internalAdapter } = await auth.$context
  const user = await internalAdapter.findUserById(userId)
  if (!user) throw new Error(`no login ${userId}`)
  return { name: user.name, address: user.email }
}
