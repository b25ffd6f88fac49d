import type { Auth } from './auth.ts'
import type { Member } from './find-members.ts'

/** An API key, which is its member (spec 11). The key itself is shown here and never again: only its hash is kept. */
export async function createApiKey(
  auth: Auth,
  member: Pick<Member, 'workspaceId' | 'id' | 'userId'>,
  options: { name?: string; expiresInDays?: number } = {},
): Promise<{ id: string; key: string }> {
  const made = await auth.api.createApiKey({
    body: {
      userId: member.userId,
      name: options.name ?? 'API key',
      metadata: { workspaceId: member.workspaceId, memberId: member.id },
      expiresIn: options.expiresInDays === undefined ? null : options.expiresInDays * 86_400,
    },
  })
  return { id: made.id, key: made.key }
}
