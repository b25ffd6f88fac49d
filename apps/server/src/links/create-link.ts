import { asWeb } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { insertLink, type NewLink } from './insert-link.ts'
import { type LinkCaller, requireRight } from './link-caller.ts'

export interface WantedLink extends Pick<NewLink, 'kind' | 'name' | 'settings' | 'secret'> {
  readonly owner: 'team' | 'member'
}

/**
 * Connects a way out, the caller's own or as an admin the team's. Problems: auth.forbidden, link.too-many,
 * email.line-break.
 */
export function createLink(
  parts: { readonly db: Db; readonly secrets: Secrets },
  caller: LinkCaller,
  { owner, ...wanted }: WantedLink,
): Promise<LinkId> {
  const { workspaceId, memberId } = caller
  requireRight(owner === 'member' || caller.role === 'admin')
  return asWeb(parts.db, workspaceId, tx =>
    insertLink(tx, parts.secrets, {
      ...wanted,
      ...{ workspaceId, byMemberId: memberId, memberId: owner === 'team' ? null : memberId },
    }),
  )
}
