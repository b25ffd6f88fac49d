import type { SightParts } from '../compose/look-ahead.ts'
import { previewSender } from '../compose/preview-sender.ts'
import { platformHosts } from '../domains/platform-hosts.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function previewRoutes(parts: HttpParts) {
  return {
    preview: api.previews.preview.handler(({ input, context: { caller } }) =>
      previewSender(
        parts.db,
        {
          ...{ workspaceId: caller.workspaceId, memberId: caller.memberId },
          ...(input.identityId === undefined ? {} : { identityId: requireId('identity', input.identityId) }),
          ...(input.linkId === undefined ? {} : { linkId: requireId('link', input.linkId) }),
          recipients: input.recipients ?? [],
        },
        sightParts(parts),
      ),
    ),
  }
}

export function sightParts({ channels, accept, policies, domains }: HttpParts): SightParts {
  const { mailDomain, returnPathHost } = platformHosts(accept.mailDomain)
  return {
    ...{ mailDomain, returnPathHost, policies, dns: domains.dns },
    traitsOf: ({ kind, settings }) => channels.get(kind)?.traits(settings) ?? null,
  }
}
