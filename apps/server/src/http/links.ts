import { channelKinds, type Link, topicTitles } from '@fairlead/contract'
import { capabilityCard } from '../channels/capability-card.ts'
import { channelNames } from '../channels/channel-names.ts'
import { createLink } from '../links/create-link.ts'
import { listLinks } from '../links/list-links.ts'
import { requireMayPin } from '../links/servers-of.ts'
import { pauseLink, resumeLink } from '../links/set-link-state.ts'
import { updateLink } from '../links/update-link.ts'
import type { LinkId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import { detectRoute } from './detect-server.ts'
import { channelOf, findLink, secretText, showLink, withCard } from './find-link.ts'
import { checkLinkRoute, checkNewLinkRoute } from './link-checks.ts'
import { moveMailRoute, removeLinkRoute } from './link-mail.ts'
import { paceRoutes } from './link-pace.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'
import { roundTripRoutes } from './round-trips.ts'

export function linkRoutes(parts: HttpParts) {
  const { db } = parts
  /** What was done shows at once, here and to those who watch; waiting mail may leave. */
  const changed = (caller: Caller, linkId: LinkId) => {
    parts.live.tell()
    parts.accept.onDue()
    return showLink(parts, caller, linkId)
  }
  return {
    list: api.links.list.handler(async ({ context: { caller } }) => ({
      links: (await listLinks(db, caller)).map(link => withCard(link, parts)),
    })),
    create: api.links.create.handler(async ({ input, context: { caller } }) => {
      const { kind, name, owner, settings, secret } = input
      requireMayPin(caller, null, settings)
      const stored = channelOf(parts, kind).settings.parse(settings)
      const wanted = { kind, name, owner, settings: stored, secret: secretText(secret) ?? null }
      return changed(caller, await createLink(parts, caller, wanted))
    }),
    detect: detectRoute(parts),
    checkNew: checkNewLinkRoute(parts),
    check: checkLinkRoute(parts),
    ...paceRoutes(parts),
    ...roundTripRoutes(parts),
    get: api.links.get.handler(({ input, context: { caller } }) =>
      showLink(parts, caller, requireId('link', input.id)),
    ),
    update: updateRoute(parts, changed),
    pause: api.links.pause.handler(async ({ input, context: { caller } }) => {
      const linkId = requireId('link', input.id)
      await pauseLink(db, caller, linkId)
      return changed(caller, linkId)
    }),
    resume: api.links.resume.handler(async ({ input, context: { caller } }) => {
      const linkId = requireId('link', input.id)
      await resumeLink(db, caller, linkId)
      return changed(caller, linkId)
    }),
    move: moveMailRoute(parts),
    remove: removeLinkRoute(parts),
  }
}

function updateRoute(parts: HttpParts, changed: (caller: Caller, linkId: LinkId) => Promise<Link>) {
  return api.links.update.handler(async ({ input, context: { caller } }) => {
    const linkId = requireId('link', input.id)
    const { version, name, settings } = input
    const { shown } = await findLink(parts, caller, linkId)
    const secret = secretText(input.secret)
    await updateLink(parts, caller, {
      ...{ linkId, version },
      ...(name === undefined ? {} : { name }),
      ...(settings === undefined ? {} : { settings: settingsFor(parts, shown.kind, settings) }),
      ...(secret === undefined ? {} : { secret }),
    })
    return changed(caller, linkId)
  })
}

/** Built-in links have no settings to give: links/ says so itself. */
function settingsFor(parts: HttpParts, kind: Link['kind'], settings: unknown): unknown {
  return kind === 'managed' ? settings : channelOf(parts, kind).settings.parse(settings)
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
