import type { ApiTrouble } from './api-trouble.ts'
import type { ChannelLink } from './channel.ts'
import { readGrant } from './oauth-grant.ts'

/**
 * Runs calls under the link's access token. 401 says that it is no good any more, and that nothing was done: it is
 * renewed, and they run once more. Rejects as `withSecret` does where it cannot be renewed.
 */
export function withToken<T extends object | null | string>(
  link: ChannelLink<unknown>,
  use: (access: string) => Promise<T | { readonly trouble: ApiTrouble }>,
): Promise<T | { readonly trouble: ApiTrouble }> {
  return link.withSecret(async secret => {
    const result = await use(readGrant(secret).access)
    return hasTrouble(result) && isExpired(result.trouble) ? 'expired' : result
  })
}

export function hasTrouble(result: unknown): result is { readonly trouble: ApiTrouble } {
  return typeof result === 'object' && result !== null && 'trouble' in result
}

/** The access token is no good (any more): RFC 6750 §3.1. */
export function isExpired(trouble: ApiTrouble): boolean {
  return 'answer' in trouble && trouble.answer.status === 401
}

/** There is no such thing (any more). */
export function isGone(trouble: ApiTrouble): boolean {
  return 'answer' in trouble && trouble.answer.status === 404
}
