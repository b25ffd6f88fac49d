import type { ChannelKind } from '@fairlead/contract'
import { readLinkSecret } from '../links/account-links.ts'
import { listLinks } from '../links/list-links.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { LinkId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import type { HttpParts } from './parts.ts'

/** How long a provider is waited for; its answer changes nothing here. */
const giveBackMs = 10_000

/** What a link has to give back once it is removed. */
export interface HeldGrant {
  readonly kind: ChannelKind
  readonly settings: unknown
  readonly secret: string
}

/**
 * Reads what a provider granted to a link, before removal takes it away; null: there is nothing that the caller may
 * give back, or its secret cannot be opened any more.
 */
export async function readGrant(parts: HttpParts, caller: Caller, linkId: LinkId): Promise<HeldGrant | null> {
  const { workspaceId } = caller
  const [link] = await listLinks(parts.db, { ...caller, linkId })
  if (!link?.shown.mayRemove) return null
  const { settings, shown } = link
  const { kind } = shown
  if (parts.channels.get(kind)?.revoke === undefined) return null
  try {
    const secret = await asWeb(parts.db, workspaceId, tx =>
      readLinkSecret(tx, parts.secrets, { workspaceId, linkId }),
    )
    return secret === null ? null : { kind, settings, secret }
  } catch (err) {
    parts.log.warn({ linkId, err }, 'The grant of a delivery channel cannot be read, and is not given back')
    return null
  }
}

/** Gives a removed link's grant back at its provider. Never rejects: the link is gone whatever the provider says. */
export async function giveGrantBack(parts: HttpParts, grant: HeldGrant | null): Promise<void> {
  if (grant === null) return
  const { kind, settings, secret } = grant
  try {
    await parts.channels.get(kind)?.revoke?.(settings, secret, AbortSignal.timeout(giveBackMs))
  } catch (err) {
    parts.log.warn({ kind, err }, 'A provider did not take back the grant of a removed delivery channel')
  }
}
