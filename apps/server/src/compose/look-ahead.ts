import type { ChannelKind, LinkState } from '@fairlead/contract'
import { sql } from 'kysely'
import type { ChannelTraits } from '../channels/channel.ts'
import { type DomainState, ownSignature, readDomainStates } from '../domains/own-signatures.ts'
import type { PolicyReader } from '../domains/policy-reader.ts'
import { type RoundTripRow, readMeasured } from '../links/read-round-trips.ts'
import { checkMailbox } from '../mail/address.ts'
import { domainOf } from '../mail/authentication/organisational-domain.ts'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { LinkId } from '../platform/ids.ts'
import type { DnsClient } from '../transports/dns/client.ts'
import { type FoundSender, findSender, type SenderChoice } from './choose-sender.ts'
import { linkFacts } from './link-facts.ts'
import { type Acceptance, findReceiver, readAcceptance } from './read-acceptance.ts'
import { type LeftToday, readLeftToday } from './read-left-today.ts'
import { fromAddressOf } from './view-facts.ts'
import { type WhatRecipientsSee, whatRecipientsSee } from './what-recipients-see.ts'

export interface SightParts {
  /** Facts about a link; null: this installation has no such channel any more. */
  traitsOf(link: { readonly kind: ChannelKind; readonly settings: unknown }): ChannelTraits | null
  readonly mailDomain: string
  readonly returnPathHost: string
  readonly policies: PolicyReader
  /** Who takes the recipients' mail. */
  readonly dns: Pick<DnsClient, 'resolveMx'>
}

/** A delivery channel that an email could take, and what its recipients would see of it. */
export interface SeenChoice {
  readonly linkId: LinkId
  readonly kind: ChannelKind
  readonly name: string
  readonly state: LinkState
  readonly isChosen: boolean
  readonly traits: ChannelTraits
  readonly seen: WhatRecipientsSee
  /** The same by rules alone, without what was measured. */
  readonly predicted: WhatRecipientsSee
  /** The newest message from the sender over this link that arrived; null: none has yet. */
  readonly measured: RoundTripRow | null
  /** Null: no recipient is known. */
  readonly acceptance: Acceptance | null
  /** Null: no limit a day. */
  readonly leftToday: LeftToday | null
}

export interface Sight {
  readonly sender: FoundSender
  /** Without removed ones; the chosen one is among them unless it was removed or its channel is gone. */
  readonly choices: readonly SeenChoice[]
  readonly recipients: number
}

interface LinkRow {
  readonly id: LinkId
  readonly kind: ChannelKind
  readonly name: string
  readonly settings: unknown
  readonly state: LinkState
}

/**
 * What recipients would see over each delivery channel on offer. Asks DNS outside of the transaction, so that none
 * waits for the network. Problems: identity.none, link.none, not-found.
 */
export async function lookAhead(
  db: Db,
  choice: SenderChoice,
  of: { readonly recipients: readonly string[]; readonly parts: SightParts },
): Promise<Sight> {
  const receiver = await findReceiver({ db, dns: of.parts.dns }, recipientDomains(of.recipients))
  const known = await asWeb(db, choice.workspaceId, async tx => {
    const sender = await findSender(tx, choice)
    const links = await readLinks(tx, choice)
    const acceptance = await readAcceptance(tx, { links: links.map(link => link.id), receiver })
    const domains = await readDomainStates(tx, choice.workspaceId)
    const { identityId } = sender
    const measured = await readMeasured(tx, { links: links.map(link => link.id), identityId })
    const left = await readLeftToday(
      tx,
      choice.workspaceId,
      links.map(link => ({ id: link.id, traits: of.parts.traitsOf(link) })),
    )
    return { sender, links, acceptance, domains, measured, left }
  })
  const { sender } = known
  const choices = await Promise.all(
    known.links.map(async link => {
      const traits = of.parts.traitsOf(link)
      if (traits === null) return null
      const { id: linkId, kind, name, state } = link
      const measured = ofSameAddress(known.measured.get(linkId), fromAddressOf(sender, traits))
      return {
        ...{ linkId, kind, name, state, traits, measured },
        isChosen: linkId === sender.linkId,
        ...(await seenOver(sender, { traits, measured, domains: known.domains, parts: of.parts })),
        acceptance: known.acceptance.get(linkId) ?? null,
        leftToday: known.left.get(linkId) ?? null,
      }
    }),
  )
  return { sender, recipients: of.recipients.length, choices: choices.filter(one => one !== null) }
}

async function seenOver(
  identity: { readonly name: string; readonly address: string },
  about: {
    readonly traits: ChannelTraits
    readonly measured: RoundTripRow | null
    readonly domains: readonly DomainState[]
    readonly parts: SightParts
  },
): Promise<Pick<SeenChoice, 'seen' | 'predicted'>> {
  const { traits, parts } = about
  const address = fromAddressOf(identity, traits)
  const fromDomain = domainOf(address)
  const own = ownSignature(fromDomain, about.domains, parts)
  const dns = { policy: await parts.policies.policyOf(fromDomain) }
  const measured = about.measured?.measured ?? null
  return {
    seen: whatRecipientsSee({ identity, dns, link: linkFacts({ traits, fromDomain, own, measured }) }),
    predicted: whatRecipientsSee({ identity, dns, link: linkFacts({ traits, fromDomain, own }) }),
  }
}

/** What was measured of another address, which the identity or the account had before, says nothing of this one. */
function ofSameAddress(row: RoundTripRow | undefined, address: string): RoundTripRow | null {
  return row !== undefined && row.fromAddress.toLowerCase() === address.toLowerCase() ? row : null
}

async function readLinks(tx: Tx, choice: SenderChoice): Promise<LinkRow[]> {
  const found = await sql<LinkRow>`
    select id, kind, name, settings, state from fairlead.link
    where workspace_id = ${choice.workspaceId} and (member_id is null or member_id = ${choice.memberId})
      and state <> 'removed'
    order by created_at, id`.execute(tx)
  return found.rows
}

/** The domain of each recipient; what is no address has none. */
function recipientDomains(texts: readonly string[]): readonly string[] {
  return texts.flatMap(text => {
    const answer = checkMailbox(text)
    return 'problem' in answer ? [] : [domainOf(answer.mailbox.address)]
  })
}
