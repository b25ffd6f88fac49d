import type { Address } from '../../mail/message.ts'
import type { RestClient } from '../../transports/rest/client.ts'
import { type AccountSettings, accountSettings, sendsAs } from '../account-settings.ts'
import type { ChannelTraits, CheckStage, DeliveryChannel } from '../channel.ts'
import { readGrant, renewGrant } from '../oauth-grant.ts'
import { hasTrouble, withToken } from '../with-token.ts'
import { addressesIn, gmailDoor, revokeGrant } from './door.ts'
import { type GooglePlaces, gmailApi } from './gmail-api.ts'
import { gmailLimits, gmailPace, maxBytes } from './limits.ts'
import { lookUpDraft } from './look-up.ts'
import { observeMailbox } from './observe.ts'
import { outcomeOf } from './outcomes.ts'
import { type OpenApi, sendByDraft } from './send.ts'

export interface GmailOptions {
  readonly rest: RestClient
  readonly places: GooglePlaces
}

/** A member's Gmail account, over its own interface: the mail leaves from there and lies in its Sent folder. */
export function createGmailChannel({ rest, places }: GmailOptions): DeliveryChannel<AccountSettings> {
  const openApi: OpenApi = (access, signal) => gmailApi(rest, places, access, signal)
  return {
    kind: 'gmail',
    settings: accountSettings,
    traits: traitsOf,
    oauth: gmailDoor(rest, places),
    send: (handoff, link, mark, signal) => sendByDraft({ handoff, link, mark, signal, openApi }),
    lookUp: (tried, link, signal) => lookUpDraft(tried, link, openApi, signal),
    observe: (link, cursor, signal) => observeMailbox(link, cursor, openApi, signal),
    renew: (_settings, secret, signal) => renewGrant(rest, places.oauth, secret, signal),
    revoke: (_settings, secret, signal) => revokeGrant(rest, places, readGrant(secret).refresh, signal),
    async addresses(link, signal) {
      const listed = await withToken(link, access => openApi(access, signal).sendAs())
      return hasTrouble(listed) ? null : addressesIn(listed.value)
    },
    check: (link, signal) => checkAccount(link, openApi, signal),
    close: async () => rest.close(),
  }
}

/** Also of no link at all, for the comparison of kinds: then without an account. */
function traitsOf(settings: Partial<AccountSettings>): ChannelTraits {
  const isFree = settings.isFree ?? false
  return {
    ...{ handsOver: 'per-message', fromAddress: 'account', sentCopy: 'by-provider' },
    ...{ bounces: 'mailbox', replies: 'mailbox', returnPath: 'identity', maxBytes, connectionsPerLane: 2 },
    ...{ pace: gmailPace(isFree), limits: gmailLimits(isFree), sendsAs: sendsAs(settings) },
    ...(settings.address === undefined ? {} : { accountAddress: settings.address as Address }),
    // The simulator's manner, simulator/src/vendors/carry-mail.ts; a real organisation chooses its own.
    ...(settings.isSimulated === true ? { signsAsAccount: true } : {}),
  }
}

async function* checkAccount(
  link: Parameters<DeliveryChannel<AccountSettings>['check']>[0],
  openApi: OpenApi,
  signal: AbortSignal,
): AsyncGenerator<CheckStage> {
  yield { stage: 'sign-in', state: 'running' }
  const profile = await withToken(link, access => openApi(access, signal).profile())
  if (!hasTrouble(profile)) return yield { stage: 'sign-in', state: 'passed' }
  const outcome = outcomeOf(profile.trouble, false)
  yield { stage: 'sign-in', state: 'failed', ...('reason' in outcome ? { reason: outcome.reason } : {}) }
}
