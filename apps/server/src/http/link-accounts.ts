import { Problem } from '@fairlead/contract'
import { readDayLimits } from '../channels/day-limits.ts'
import { listIdentities } from '../identities/list-identities.ts'
import { verifyByAccount } from '../identities/verify-by-account.ts'
import { saveAddresses } from '../links/account-links.ts'
import { openLink } from '../links/open-link.ts'
import { SecretUnavailableError } from '../links/secret-unavailable.ts'
import { asWeb } from '../platform/database/as-role.ts'
import { api } from './api.ts'
import { channelOf, findLink } from './find-link.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

const readMs = 20_000

export function linkAccountRoutes(parts: HttpParts) {
  return {
    quota: api.linkAccounts.quota.handler(async ({ input, context: { caller } }) => {
      const linkId = requireId('link', input.id)
      const { shown, settings } = await findLink(parts, caller, linkId)
      const traits = channelOf(parts, shown.kind).traits(settings)
      const { workspaceId } = caller
      const limits = await asWeb(parts.db, workspaceId, tx =>
        readDayLimits(tx, { workspaceId, linkId }, traits),
      )
      return { window: 'rolling-24h' as const, limits }
    }),
    addresses: api.linkAccounts.addresses.handler(async ({ input, context: { caller } }) => {
      const linkId = requireId('link', input.id)
      const { shown, settings } = await findLink(parts, caller, linkId)
      const channel = channelOf(parts, shown.kind)
      if (channel.addresses === undefined || !shown.isYours) throw new Problem('oauth.not-an-account')
      if (shown.state === 'removed') throw new Problem('link.not-usable', { state: shown.state })
      const { db, secrets } = parts
      const { workspaceId, memberId } = caller
      const opened = openLink(
        { db, secrets, renew: channel.renew?.bind(channel) },
        { workspaceId, id: linkId, settings },
      )
      const provider = channel.oauth?.providerName ?? shown.name
      const addresses = await channel
        .addresses(opened, AbortSignal.timeout(readMs))
        .catch(unavailable(provider))
      if (addresses === null) throw new Problem('oauth.unreachable', { provider })
      await asWeb(db, workspaceId, async tx => {
        await saveAddresses(tx, { workspaceId, linkId, addresses })
        await verifyByAccount(tx, { workspaceId, memberId })
      })
      const identities = await listIdentities(db, { workspaceId, memberId })
      const identityOf = (address: string): string | null =>
        identities.find(one => one.address.toLowerCase() === address.toLowerCase())?.id ?? null
      return { addresses: addresses.map(one => ({ ...one, identityId: identityOf(one.address) })) }
    }),
  }
}

/** A grant that has ended has paused the link by now; one that cannot be renewed now is tried again. */
function unavailable(provider: string) {
  return (error: unknown): never => {
    if (!(error instanceof SecretUnavailableError)) throw error
    if (error.outcome.is === 'link-broken') throw new Problem('link.not-usable', { state: 'needs-attention' })
    throw new Problem('oauth.unreachable', { provider })
  }
}
