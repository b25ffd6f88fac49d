import type { Address } from '../../mail/message.ts'
import type { RestClient } from '../../transports/rest/client.ts'
import { type AccountSettings, accountSettings, sendsAs } from '../account-settings.ts'
import type { ChannelLink, ChannelTraits, CheckStage, DeliveryChannel } from '../channel.ts'
import { readGrant, renewGrant } from '../oauth-grant.ts'
import { hasTrouble, withToken } from '../with-token.ts'
import { addressesIn, entraPlaces, microsoftDoor } from './door.ts'
import { graphApi, type MicrosoftPlaces } from './graph-api.ts'
import { maxBytes, microsoftLimits, microsoftPace } from './limits.ts'
import { lookUpDraft } from './look-up.ts'
import { observeMailbox } from './observe.ts'
import { outcomeOf } from './outcomes.ts'
import { type OpenApi, sendByDraft } from './send.ts'

export interface MicrosoftOptions {
  readonly rest: RestClient
  readonly places: MicrosoftPlaces
}

/** A member's Microsoft 365 mailbox, over Graph: the mail leaves from there and lies in its Sent Items. */
export function createMicrosoftChannel({ rest, places }: MicrosoftOptions): DeliveryChannel<AccountSettings> {
  const openApi: OpenApi = (access, signal) => graphApi(rest, places, access, signal)
  return {
    kind: 'microsoft',
    settings: accountSettings,
    traits: traitsOf,
    oauth: microsoftDoor(rest, places),
    send: (handoff, link, mark, signal) => sendByDraft({ handoff, link, mark, signal, openApi }),
    lookUp: (tried, link, signal) => lookUpDraft(tried, link, openApi, signal),
    observe: (link, cursor, signal) => observeMailbox(link, cursor, openApi, signal),
    renew: (_settings, secret, signal) =>
      renewGrant(rest, entraPlaces(places, readGrant(secret).client.tenant), secret, signal),
    // Entra ID has no place where a client gives one grant back: its owner does, at myapps.microsoft.com.
    revoke: async () => false,
    async addresses(link, signal) {
      const me = await withToken(link, access => openApi(access, signal).me())
      return hasTrouble(me) ? null : addressesIn(me.value)
    },
    check: (link, signal) => checkAccount(link, openApi, signal),
    close: async () => rest.close(),
  }
}

/** Also of no link at all, for the comparison of kinds: then without an account. */
function traitsOf(settings: Partial<AccountSettings>): ChannelTraits {
  return {
    ...{ handsOver: 'per-message', fromAddress: 'account', sentCopy: 'by-provider' },
    ...{ bounces: 'mailbox', replies: 'mailbox', returnPath: 'identity', maxBytes, connectionsPerLane: 2 },
    ...{ pace: microsoftPace, limits: microsoftLimits, sendsAs: sendsAs(settings) },
    ...(settings.address === undefined ? {} : { accountAddress: settings.address as Address }),
    // Exchange puts the name that its directory has for the mailbox, whichever of its addresses it sends from.
    ...(settings.name ? { fromName: settings.name } : {}),
    // The simulator's manner, simulator/src/vendors/carry-mail.ts; a real organisation chooses its own.
    ...(settings.isSimulated === true ? { signsAsAccount: true } : {}),
  }
}

async function* checkAccount(
  link: ChannelLink<AccountSettings>,
  openApi: OpenApi,
  signal: AbortSignal,
): AsyncGenerator<CheckStage> {
  yield { stage: 'sign-in', state: 'running' }
  const me = await withToken(link, access => openApi(access, signal).me())
  if (!hasTrouble(me)) return yield { stage: 'sign-in', state: 'passed' }
  const outcome = outcomeOf(me.trouble, false)
  yield { stage: 'sign-in', state: 'failed', ...('reason' in outcome ? { reason: outcome.reason } : {}) }
}
