import { z } from 'zod'
import { limits } from './limits.ts'
import { link } from './link.ts'
import { oauthKinds, oauthProviders } from './oauth-states.ts'
import { fails, route } from './route.ts'
import { ids, shownTime } from './schemas.ts'

const provider = z.enum(oauthProviders)
const oauthKind = z.enum(oauthKinds)

const warning = z.object({
  code: z.enum(['testing-mode', 'missing-scope', 'free-address']),
  params: z.record(z.string(), z.string()),
  sentence: z.string().meta({ description: 'English, for people' }),
})

const oauthClient = z
  .object({
    provider,
    kind: oauthKind,
    state: z
      .enum(['missing', 'ready', 'simulated'])
      .meta({ description: 'simulated: the sandbox, where nothing has to be set up' }),
    clientId: z.string().nullable(),
    hasSecret: z.boolean().meta({ description: 'the secret itself is never shown' }),
    tenant: z.string().nullable().meta({ description: 'Microsoft: organizations, common, or one directory' }),
    allowedDomains: z
      .array(z.string())
      .meta({ description: 'whose accounts may be connected; none: any domain' }),
    allowsSeveral: z.boolean().meta({ description: 'may a member connect more than one account?' }),
    redirectUri: z.string().meta({ description: 'to be registered exactly so' }),
    scopes: z.array(z.string()),
    warnings: z.array(warning),
    changedAt: shownTime.nullable(),
  })
  .meta({ description: 'What lets members connect accounts of a provider' })
export type OauthClient = z.infer<typeof oauthClient>

const byProvider = z.object({ provider })

export const oauthClients = {
  get: route
    .meta({ access: 'admin' })
    .route({
      method: 'GET',
      path: '/oauth-clients/{provider}',
      operationId: 'getOauthClient',
      summary: 'The client that members connect accounts of a provider with',
      tags: ['Delivery channels'],
    })
    .errors(fails('auth.forbidden'))
    .input(byProvider)
    .output(oauthClient),
  put: route
    .meta({ access: 'admin' })
    .route({
      method: 'PUT',
      path: '/oauth-clients/{provider}',
      operationId: 'putOauthClient',
      summary: 'Set or change the client; the provider is asked whether it knows it',
      description:
        'The provider checks client id and secret before they are kept. Without secret, the one kept so far stays.',
      tags: ['Delivery channels'],
    })
    .errors(fails('auth.forbidden', 'oauth.client-refused', 'oauth.client-incomplete', 'oauth.unreachable'))
    .input(
      byProvider.extend({
        clientId: z.string().trim().min(1).max(limits.oauthTextCharacters),
        secret: z.string().trim().min(1).max(limits.oauthTextCharacters).optional(),
        tenant: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9.-]{1,100}$/)
          .optional(),
        allowedDomains: z.array(z.string().trim().toLowerCase().max(253)).max(100).default([]),
        allowsSeveral: z.boolean().default(false),
      }),
    )
    .output(oauthClient),
}

const pendingConnection = z
  .object({
    id: z.string().max(64),
    kind: oauthKind,
    isSimulated: z.boolean(),
    address: z.string().meta({ description: 'the account that will be connected' }),
    name: z.string(),
    warnings: z.array(warning),
    grantEndsAt: shownTime.nullable().meta({ description: 'when the provider ends the grant by itself' }),
    reconnects: ids.link
      .nullable()
      .meta({ description: 'the delivery channel that this account is already' }),
    replaces: z
      .object({
        linkId: ids.link,
        name: z.string(),
        waiting: z.int().meta({ description: 'deliveries that wait for it' }),
        sentence: z.string(),
      })
      .nullable()
      .meta({ description: 'the connected account whose place it takes; confirm has to say so' }),
    expiresAt: shownTime,
  })
  .meta({ description: 'An account that consented and is not connected yet' })
export type PendingConnection = z.infer<typeof pendingConnection>

const byId = z.object({ id: z.string().max(64) })

export const linkConnections = {
  options: route
    .route({
      method: 'GET',
      path: '/links/connect',
      operationId: 'listConnectable',
      summary: 'Which accounts you can connect, and with what',
      tags: ['Delivery channels'],
    })
    .output(
      z.object({
        options: z.array(
          z.object({
            kind: oauthKind,
            state: z
              .enum(['ready', 'simulated', 'needs-client'])
              .meta({ description: 'needs-client: an admin has to set up the client first' }),
            allowedDomains: z.array(z.string()),
          }),
        ),
      }),
    ),
  start: route
    .route({
      method: 'POST',
      path: '/links/connect',
      operationId: 'startConnection',
      summary: 'Begin to connect an account: where its owner consents',
      description:
        'Open authorizationUrl in the browser that is signed in here; the provider leads back to /channels?connection=<id>, or to /channels?connectProblem=<code>. In the sandbox the account is simulated and pending at once.',
      tags: ['Delivery channels'],
      successStatus: 201,
    })
    .errors(fails('oauth.client-missing', 'oauth.unreachable', 'oauth.wrong-domain', 'oauth.refused'))
    .input(z.strictObject({ kind: oauthKind }))
    .output(
      z.object({
        id: z.string(),
        authorizationUrl: z.string().nullable(),
        pending: pendingConnection.nullable(),
      }),
    ),
  get: route
    .route({
      method: 'GET',
      path: '/links/connect/{id}',
      operationId: 'getConnection',
      summary: 'An account of yours that consented and waits for your confirmation',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found'))
    .input(byId)
    .output(pendingConnection),
  confirm: route
    .route({
      method: 'POST',
      path: '/links/connect/{id}/confirm',
      operationId: 'confirmConnection',
      summary: 'Connect the account',
      description:
        'Where it takes the place of another account, replaces says what happens to the mail that waits for that one: it is moved to the new one, or stays until somebody moves it.',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found', 'oauth.must-replace'))
    .input(byId.extend({ waiting: z.enum(['move', 'keep']).optional() }).strict())
    .output(link),
  drop: route
    .route({
      method: 'DELETE',
      path: '/links/connect/{id}',
      operationId: 'dropConnection',
      summary: 'Do not connect the account after all; its grant is given back',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found'))
    .input(byId)
    .output(z.object({ id: z.string() })),
}

const sourced = { source: z.string().meta({ description: 'where the provider says so' }), asOf: z.iso.date() }

export const linkAccounts = {
  addresses: route
    .route({
      method: 'GET',
      path: '/links/{id}/addresses',
      operationId: 'listLinkAddresses',
      summary: 'The addresses that the connected account may send as',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found', 'oauth.not-an-account', 'oauth.unreachable', 'link.not-usable'))
    .input(z.object({ id: ids.link }))
    .output(
      z.object({
        addresses: z.array(
          z.object({
            address: z.string(),
            name: z.string(),
            kind: z.enum(['account', 'alias', 'proxy']),
            isConfirmed: z.boolean().meta({ description: 'false: the provider waits for its confirmation' }),
            identityId: ids.identity.nullable().meta({ description: 'your identity with this address' }),
          }),
        ),
      }),
    ),
  quota: route
    .route({
      method: 'GET',
      path: '/links/{id}/quota',
      operationId: 'getLinkQuota',
      summary: 'What the delivery channel may still send',
      tags: ['Delivery channels'],
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.link }))
    .output(
      z.object({
        window: z.enum(['rolling-24h']),
        limits: z.array(
          z.object({
            counts: z.enum(['messages', 'recipients', 'external-recipients']),
            limit: z.int(),
            used: z.int(),
            usedElsewhere: z.int().meta({ description: 'of these, sent outside of Fairlead' }),
            left: z.int(),
            ...sourced,
          }),
        ),
      }),
    ),
}
