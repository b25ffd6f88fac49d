import { channelKinds, type Link, Problem, topicTitles } from '@fairlead/contract'
import { capabilityCard } from '../channels/capability-card.ts'
import { channelNames } from '../channels/channel-names.ts'
import { type ListedLink, listLinks } from '../links/list-links.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

const whose = (caller: Caller) => ({ ...caller, isAdmin: caller.role === 'admin' })

export function linkRoutes(parts: HttpParts) {
  return {
    list: api.links.list.handler(async ({ context: { caller } }) => ({
      links: (await listLinks(parts.db, whose(caller))).map(link => withCard(link, parts)),
    })),
    get: api.links.get.handler(async ({ input, context: { caller } }) => {
      const linkId = requireId('link', input.id)
      const [link] = await listLinks(parts.db, { ...whose(caller), linkId })
      if (link === undefined) throw new Problem('not-found', { what: 'delivery channel' })
      return withCard(link, parts)
    }),
  }
}

/** A kind that this installation does not have any more has no card. */
function withCard({ shown, settings }: ListedLink, { channels, accept }: HttpParts): Link {
  const traits = channels.get(shown.kind)?.traits(settings)
  return { ...shown, card: traits ? capabilityCard(traits, accept.mailDomain) : [] }
}

export function channelKindRoutes({ channels, accept }: HttpParts) {
  return {
    compare: api.channelKinds.compare.handler(() => ({
      topics: Object.entries(topicTitles).map(([topic, title]) => ({
        topic: topic as keyof typeof topicTitles,
        title,
      })),
      kinds: channelKinds.flatMap(kind => {
        const channel = channels.get(kind)
        if (channel === undefined) return []
        const card = capabilityCard(channel.traits({}), accept.mailDomain)
        return [{ kind, ...channelNames[kind], card }]
      }),
    })),
  }
}
