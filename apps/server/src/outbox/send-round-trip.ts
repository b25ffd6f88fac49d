import type { Reason } from '@fairlead/bounce'
import type { DeliveryChannel, SendOutcome } from '../channels/channel.ts'
import type { SenderDirectory } from '../domains/sender-directory.ts'
import { openLink } from '../links/open-link.ts'
import { insertRoundTrip, type NewRoundTrip, refuseRoundTrip } from '../links/round-trips.ts'
import { SecretUnavailableError } from '../links/secret-unavailable.ts'
import type { Mailbox } from '../mail/message.ts'
import { makeReturnPath, makeRoundTripAddress, type ReturnPathKey } from '../mail/return-path.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import { newId, type RoundTripId } from '../platform/ids.ts'
import { messageOf } from '../platform/plain-error.ts'
import type { Secrets } from '../platform/secrets.ts'
import { handOverOwnMail, writeOwnMail } from './own-mail.ts'

export interface RoundTripParts {
  readonly db: Db
  readonly secrets: Secrets
  /** Signs the address that the message goes to, and its return path. */
  readonly key: ReturnPathKey
  /** Who signs, and where mail comes back to. */
  readonly senders: SenderDirectory
  /** Where our listener takes mail. */
  readonly returnPathHost: string
  readonly mailDomain: string
}

/** A link, the identity that sends through it, and what the card says of that. */
export interface WantedRoundTrip extends Omit<NewRoundTrip, 'id'> {
  readonly identity: Mailbox
  readonly settings: unknown
}

const sendMs = 60_000

/**
 * Sends Fairlead a message through a link, exactly as mail of the identity leaves by it: same signatures, same kind of
 * return path. Answers once the link took it or did not; how it arrives, inbound/ finds out. Problem:
 * link.round-trip-running.
 */
export async function sendRoundTrip(
  parts: RoundTripParts,
  channel: DeliveryChannel<unknown>,
  wanted: WantedRoundTrip,
  signal: AbortSignal,
): Promise<RoundTripId> {
  const trip = { ...wanted, id: newId('roundTrip') }
  await asEngine(parts.db, tx => insertRoundTrip(tx, trip))
  const why = refusalIn(await tryToSend(parts, channel, trip, signal))
  if (why !== null) await asEngine(parts.db, tx => refuseRoundTrip(tx, trip, why))
  return trip.id
}

/** Null: it left, or may have; whether it arrives tells. */
function refusalIn(outcome: SendOutcome | undefined): Reason | null {
  if (outcome === undefined) return { code: 'local.error' }
  return outcome.is === 'accepted' || outcome.is === 'uncertain' ? null : outcome.reason
}

async function tryToSend(
  parts: RoundTripParts,
  channel: DeliveryChannel<unknown>,
  trip: WantedRoundTrip & Pick<NewRoundTrip, 'id'>,
  signal: AbortSignal,
): Promise<SendOutcome | undefined> {
  const { key, mailDomain } = parts
  const { identity, workspaceId, linkId, settings } = trip
  const to = makeRoundTripAddress({ key, roundTripId: trip.id, host: parts.returnPathHost })
  const link = openLink(
    { ...parts, renew: channel.renew?.bind(channel) },
    { workspaceId, id: linkId, settings },
  )
  const traits = channel.traits(settings)
  try {
    const route = await parts.senders.routeOf(workspaceId, identity.address)
    const message = await writeOwnMail({
      ...{ from: identity, to, mailDomain },
      subject: 'How does mail from here arrive?',
      text: 'Fairlead sent this to itself, to see what a receiver makes of mail from this delivery channel.',
    })
    const returnPath = makeReturnPath({
      ...{ key, deliveryId: newId('delivery'), round: 1, host: route.returnPathHost },
    })
    const envelope = {
      to,
      from: traits.returnPath === 'ours' ? returnPath : identity.address,
      dkim: traits.signsDkim === true ? route.keys : [],
    }
    const until = AbortSignal.any([signal, AbortSignal.timeout(sendMs)])
    return await handOverOwnMail({ channel, link }, { message, envelope }, until)
  } catch (error) {
    if (error instanceof SecretUnavailableError) return error.outcome
    return { is: 'deferred', reason: { code: 'local.error', reply: messageOf(error).slice(0, 500) } }
  }
}
