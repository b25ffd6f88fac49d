import { kindOfProvider, Problem } from '@fairlead/contract'
import { verifyByAccount } from '../identities/verify-by-account.ts'
import {
  type AccountLink,
  handOverIdentities,
  listAccountLinks,
  reconnectLink,
} from '../links/account-links.ts'
import { insertLink } from '../links/insert-link.ts'
import type { LinkCaller } from '../links/link-caller.ts'
import { readOauthClient } from '../links/oauth-clients.ts'
import { deleteConnection, type PendingRow, readPending } from '../links/oauth-connections.ts'
import { countWaiting } from '../links/remove-link.ts'
import { foldAddress } from '../mail/address.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Tx } from '../platform/database/connect.ts'
import type { ConnectionId, LinkId } from '../platform/ids.ts'
import { type AccountSettings, accountSettings } from './account-settings.ts'
import { channelNames } from './channel-names.ts'
import type { ConnectParts } from './connect-account.ts'

/** A consent with what confirming it would do. */
export interface Pending {
  readonly row: PendingRow
  readonly settings: AccountSettings
  /** The link that this account is already. */
  readonly same: AccountLink | null
  /** The one whose place it takes. */
  readonly replaced: (AccountLink & { readonly waiting: number }) | null
}

/** Problem: not-found. */
export function findPending(parts: ConnectParts, caller: LinkCaller, id: ConnectionId): Promise<Pending> {
  return asWeb(parts.db, caller.workspaceId, tx => pendingOf(tx, parts, caller, id))
}

async function pendingOf(
  tx: Tx,
  parts: ConnectParts,
  caller: LinkCaller,
  id: ConnectionId,
): Promise<Pending> {
  const row = await readPending(tx, parts.secrets, { ...caller, id })
  if (row === null) throw new Problem('not-found', { what: 'connection' })
  const settings = accountSettings.parse(row.settings)
  const links = await listAccountLinks(tx, { ...caller, kind: kindOfProvider[row.provider] })
  const key = foldAddress(settings.address)
  const same = links.find(link => foldAddress(link.address) === key) ?? null
  const [first] = links
  const client = await readOauthClient(tx, parts.secrets, { ...caller, provider: row.provider })
  const isReplacing = same === null && first !== undefined && client?.allowsSeveral !== true
  const waiting = isReplacing ? await countWaiting(tx, caller, first.id) : 0
  return { row, settings, same, replaced: isReplacing ? { ...first, waiting } : null }
}

export interface Confirmed {
  readonly linkId: LinkId
  /** To be removed, with its mail moved or kept; its identities have changed over already. */
  readonly replacedId: LinkId | null
}

/**
 * Makes a link of a consent, or mends the one that this account is. Where it takes the place of another,
 * `isAnswered` says that somebody decided about that one's mail. Problems: not-found, oauth.must-replace,
 * link.too-many.
 */
export function confirmConnection(
  parts: ConnectParts,
  caller: LinkCaller,
  { id, isAnswered }: { readonly id: ConnectionId; readonly isAnswered: boolean },
): Promise<Confirmed> {
  return asWeb(parts.db, caller.workspaceId, async tx => {
    const pending = await pendingOf(tx, parts, caller, id)
    const { replaced, settings } = pending
    if (replaced !== null && !isAnswered) {
      const { address, waiting } = replaced
      throw new Problem('oauth.must-replace', { address: settings.address, replaced: address, waiting })
    }
    const linkId = await write(tx, parts, caller, pending)
    if (replaced !== null) {
      await handOverIdentities(tx, { workspaceId: caller.workspaceId, from: replaced.id, to: linkId })
    }
    await verifyByAccount(tx, caller)
    await deleteConnection(tx, { workspaceId: caller.workspaceId, id })
    return { linkId, replacedId: replaced?.id ?? null }
  })
}

async function write(
  tx: Tx,
  { secrets }: ConnectParts,
  caller: LinkCaller,
  pending: Pending,
): Promise<LinkId> {
  const { settings, row, same } = pending
  if (same !== null) {
    await reconnectLink(tx, secrets, { caller, linkId: same.id, settings, secret: row.secret })
    return same.id
  }
  const { workspaceId, memberId } = caller
  const kind = kindOfProvider[row.provider]
  // The address alone would be the same for the Gmail and the Microsoft 365 account of one person.
  const name = `${channelNames[kind].name} (${settings.address})`
  return await insertLink(tx, secrets, {
    ...{ workspaceId, memberId, byMemberId: memberId, settings, secret: row.secret },
    ...{ kind, name },
  })
}
