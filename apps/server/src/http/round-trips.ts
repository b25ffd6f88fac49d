import { Problem, roundTripNotHere } from '@fairlead/contract'
import { predictRoundTrip } from '../compose/predict-round-trip.ts'
import { findSendingIdentity } from '../links/find-sending-identity.ts'
import { readRoundTrip, readRoundTrips, showRoundTrip } from '../links/read-round-trips.ts'
import { sendRoundTrip } from '../outbox/send-round-trip.ts'
import { asWeb } from '../platform/database/as-role.ts'
import { api } from './api.ts'
import { channelOf, findLink } from './find-link.ts'
import type { HttpParts } from './parts.ts'
import { sightParts } from './previews.ts'
import { requireId } from './require-id.ts'

export function roundTripRoutes(parts: HttpParts) {
  const { db, receivesMail } = parts
  return {
    startRoundTrip: startRoute(parts),
    roundTrips: api.links.roundTrips.handler(async ({ input, context: { caller } }) => {
      const { linkId } = await findLink(parts, caller, requireId('link', input.id))
      const rows = await asWeb(db, caller.workspaceId, tx => readRoundTrips(tx, { ...caller, linkId }))
      return {
        canMeasure: receivesMail,
        sentence: receivesMail ? null : roundTripNotHere,
        roundTrips: rows.map(showRoundTrip),
      }
    }),
  }
}

function startRoute(parts: HttpParts) {
  const { db } = parts
  return api.links.startRoundTrip.handler(async ({ input, context: { caller }, signal }) => {
    const { workspaceId, memberId } = caller
    const { linkId, shown, settings } = await findLink(parts, caller, requireId('link', input.id))
    if (!parts.receivesMail) throw new Problem('link.round-trip-not-here')
    const channel = channelOf(parts, shown.kind)
    const identityId =
      input.identityId === undefined
        ? await asWeb(db, workspaceId, tx => findSendingIdentity(tx, { workspaceId, memberId, linkId }))
        : requireId('identity', input.identityId)
    const choice = { workspaceId, memberId, linkId, ...(identityId === null ? {} : { identityId }) }
    const { sender, ...card } = await predictRoundTrip(db, choice, sightParts(parts))
    const id = await sendRoundTrip(
      parts.roundTrips,
      channel,
      {
        ...{ workspaceId, linkId, settings, ...card, identityId: sender.identityId },
        identity: { name: sender.name, address: sender.address },
      },
      signal ?? new AbortController().signal,
    )
    parts.live.tell()
    const row = await asWeb(db, workspaceId, tx => readRoundTrip(tx, { workspaceId, id }))
    if (row === null) throw new Problem('not-found', { what: 'delivery channel' })
    return showRoundTrip(row)
  })
}
