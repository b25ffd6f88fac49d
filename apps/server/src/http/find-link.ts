import { type Link, Problem } from '@fairlead/contract'
import { bounceProofOf } from '../channels/bounce-proof.ts'
import { capabilityCard } from '../channels/capability-card.ts'
import type { DeliveryChannel } from '../channels/channel.ts'
import { type ListedLink, listLinks } from '../links/list-links.ts'
import type { LinkId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import type { HttpParts } from './parts.ts'

/** The form in which a secret is sealed, and handed to the channel. */
export const secretText = (secret: object | undefined): string | undefined =>
  secret === undefined ? undefined : JSON.stringify(secret)

/** Problem: link.kind-not-here. */
export function channelOf({ channels }: HttpParts, kind: Link['kind']): DeliveryChannel<unknown> {
  const channel = channels.get(kind)
  if (channel === undefined) throw new Problem('link.kind-not-here', { kind })
  return channel
}

/** A link that the caller can see. Problem: not-found. */
export async function findLink({ db }: HttpParts, caller: Caller, linkId: LinkId): Promise<ListedLink> {
  const [link] = await listLinks(db, { ...caller, linkId })
  if (link === undefined) throw new Problem('not-found', { what: 'delivery channel' })
  return link
}

/** Problem: not-found. */
export async function showLink(parts: HttpParts, caller: Caller, linkId: LinkId): Promise<Link> {
  return withCard(await findLink(parts, caller, linkId), parts)
}

/** A kind that this installation does not have any more has no card. */
export function withCard({ shown, settings, proof }: ListedLink, parts: HttpParts): Link {
  const traits = parts.channels.get(shown.kind)?.traits(settings)
  return {
    ...shown,
    card: traits ? capabilityCard(traits, parts.accept.mailDomain) : [],
    bounceProof: bounceProofOf(proof, { traits, receivesMail: parts.receivesMail }),
  }
}
