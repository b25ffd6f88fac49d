import type { LinkPace } from '@fairlead/contract'
import { mayChange, requireRight } from '../links/link-caller.ts'
import { lockLink, requireNotRemoved } from '../links/lock-link.ts'
import { readPace, setPace } from '../links/pace.ts'
import { asWeb } from '../platform/database/as-role.ts'
import { api } from './api.ts'
import { findLink } from './find-link.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function paceRoutes(parts: HttpParts) {
  const { db } = parts
  return {
    pace: api.links.pace.handler(async ({ input, context: { caller } }) => {
      const { workspaceId } = caller
      const linkId = requireId('link', input.id)
      const link = await findLink(parts, caller, linkId)
      const byKind = paceOfKind(parts, { kind: link.shown.kind, settings: link.settings })
      return asWeb(db, workspaceId, tx => readPace(tx, { workspaceId, linkId }, byKind))
    }),
    setPace: api.links.setPace.handler(async ({ input, context: { caller } }) => {
      const { workspaceId } = caller
      const linkId = requireId('link', input.id)
      const shown = await asWeb(db, workspaceId, async tx => {
        const link = await lockLink(tx, caller, linkId)
        requireRight(mayChange(link, caller))
        requireNotRemoved(link)
        return setPace(tx, { workspaceId, linkId }, { pace: input.pace, byKind: paceOfKind(parts, link) })
      })
      parts.accept.onDue()
      return shown
    }),
  }
}

function paceOfKind(
  { channels }: HttpParts,
  link: { readonly kind: Parameters<typeof channels.get>[0]; readonly settings: unknown },
): Partial<LinkPace> | undefined {
  return channels.get(link.kind)?.traits(link.settings).pace
}
