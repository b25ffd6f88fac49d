import type { Address } from '../mail/message.ts'
import type { Auth } from './auth.ts'

/**
 * The login of a person, one for all their workspaces, found by address or made. Whoever calls this vouches for the
 * address: members are made by an admin or at the command line. Returns better-auth's user id.
 */
export async function findOrCreateUser(
  auth: Auth,
  person: { address: Address; name: string },
): Promise<string> {
  const { internalAdapter } = await auth.$context
  const email = person.address.toLowerCase()
  const found = await internalAdapter.findUserByEmail(email)
  if (found) return found.user.id
  try {
    const made = await internalAdapter.createUser(
      { email, name: person.name, emailVerified: true },
      { method: 'admin' },
    )
    return made.id
  } catch (error) {
    // Made by another process since we looked: its unique address refused ours.
    const raced = await internalAdapter.findUserByEmail(email)
    if (raced) return raced.user.id
    throw error
  }
}
