import {
  fill,
  kindOfProvider,
  oauthProviders,
  oauthWarnings,
  type PendingConnection,
  Problem,
  providerOfKind,
  replacesSentence,
} from '@fairlead/contract'
import {
  type Confirmed,
  confirmConnection,
  findPending,
  type Pending,
} from '../channels/confirm-connection.ts'
import { clientFor, doorOf, finishConsent, giveBack, startConnection } from '../channels/connect-account.ts'
import { type ConnectionWarning, deleteConnection } from '../links/oauth-connections.ts'
import { removeLink } from '../links/remove-link.ts'
import { asWeb } from '../platform/database/as-role.ts'
import { type ConnectionId, showId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { api } from './api.ts'
import { showLink } from './find-link.ts'
import { giveGrantBack, readGrant } from './give-grant-back.ts'
import { moveMail } from './link-mail.ts'
import { redirectUriOf } from './oauth-clients.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

const consentMs = 30_000

export function linkConnectionRoutes(parts: HttpParts) {
  return {
    options: api.linkConnections.options.handler(async ({ context: { caller } }) => ({
      options: await Promise.all(
        oauthProviders
          .filter(provider => parts.channels.has(kindOfProvider[provider]))
          .map(async provider => {
            const client = await clientFor(parts, { ...caller, provider })
            const state = parts.simulatedClient ? 'simulated' : client ? 'ready' : 'needs-client'
            return {
              kind: kindOfProvider[provider],
              state,
              allowedDomains: [...(client?.allowedDomains ?? [])],
            } as const
          }),
      ),
    })),
    start: startRoute(parts),
    get: api.linkConnections.get.handler(async ({ input, context: { caller } }) =>
      show(await findPending(parts, caller, requireId('connection', input.id))),
    ),
    confirm: api.linkConnections.confirm.handler(async ({ input, context: { caller } }) => {
      const id = requireId('connection', input.id)
      const confirmed = await confirmConnection(parts, caller, {
        id,
        isAnswered: input.waiting !== undefined,
      })
      await settleReplaced(parts, caller, confirmed, input.waiting === 'move')
      parts.live.tell()
      parts.accept.onDue()
      return showLink(parts, caller, confirmed.linkId)
    }),
    drop: api.linkConnections.drop.handler(async ({ input, context: { caller } }) => {
      const id = requireId('connection', input.id)
      const { row } = await findPending(parts, caller, id)
      await asWeb(parts.db, caller.workspaceId, tx =>
        deleteConnection(tx, { workspaceId: caller.workspaceId, id }),
      )
      await giveBack(parts, row.provider, row, AbortSignal.timeout(consentMs))
      return { id: showId('connection', id) }
    }),
  }
}

function startRoute(parts: HttpParts) {
  return api.linkConnections.start.handler(async ({ input: { kind }, context: { caller, publicUrl } }) => {
    const provider = providerOfKind[kind]
    const redirectUri = redirectUriOf(publicUrl, provider)
    if (parts.simulatedClient === null) {
      const { id, authorizationUrl } = await startConnection(parts, caller, { provider, redirectUri })
      return { id: showId('connection', id), authorizationUrl, pending: null }
    }
    const id = await consentAlone(parts, caller, { provider, redirectUri })
    const pending = show(await findPending(parts, caller, id))
    return { id: pending.id, authorizationUrl: null, pending }
  })
}

/** In the sandbox the member's own address has an account, whose owner consents at once: no page is needed. */
async function consentAlone(
  parts: HttpParts,
  caller: Caller,
  { provider, redirectUri }: { provider: (typeof oauthProviders)[number]; redirectUri: string },
): Promise<ConnectionId> {
  const signal = AbortSignal.timeout(consentMs)
  const door = doorOf(parts, provider)
  const started = await startConnection(parts, caller, {
    provider,
    redirectUri,
    loginHint: caller.memberAddress,
  })
  const leadsTo = await door.visit(started.authorizationUrl, signal)
  const answer = leadsTo === null ? null : new URL(leadsTo).searchParams
  if (answer === null) throw new Problem('oauth.unreachable', { provider: door.providerName })
  const { state } = started
  return await finishConsent(
    parts,
    caller,
    provider,
    { state, code: answer.get('code'), error: answer.get('error') },
    signal,
  )
}

/** The account whose place was taken goes last: killed half way, both are there, and it can be asked again. */
async function settleReplaced(
  parts: HttpParts,
  caller: Caller,
  { linkId, replacedId }: Confirmed,
  isMoving: boolean,
): Promise<void> {
  if (replacedId === null) return
  const grant = await readGrant(parts, caller, replacedId)
  await removeLink(parts.db, caller, { linkId: replacedId, isAnswered: true })
  if (isMoving) await moveMail(parts, caller, { from: replacedId, to: linkId })
  await giveGrantBack(parts, grant)
}

function show({ row, settings, same, replaced }: Pending): PendingConnection {
  const { waiting = 0, name = '' } = replaced ?? {}
  return {
    id: showId('connection', row.id),
    ...{ kind: kindOfProvider[row.provider], isSimulated: row.isSimulated },
    ...{ address: settings.address, name: settings.name, grantEndsAt: settings.grantEndsAt },
    warnings: row.warnings.map(showWarning),
    reconnects: same && showId('link', same.id),
    replaces: replaced && {
      ...{ linkId: showId('link', replaced.id), name, waiting },
      sentence: fill(replacesSentence, { name, waiting }),
    },
    expiresAt: row.expiresAt.toISOString(),
  }
}

function showWarning({ code, params }: ConnectionWarning) {
  return { code, params: { ...params }, sentence: fill(oauthWarnings[code], params) }
}
