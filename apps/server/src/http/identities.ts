import { createIdentity } from '../identities/create-identity.ts'
import { listIdentities } from '../identities/list-identities.ts'
import { vouchForIdentity } from '../identities/vouch-for-identity.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function identityRoutes({ db, log }: HttpParts) {
  return {
    list: api.identities.list.handler(async ({ context: { caller } }) => ({
      identities: await listIdentities(db, {
        workspaceId: caller.workspaceId,
        memberId: caller.role === 'admin' ? null : caller.memberId,
      }),
    })),
    create: api.identities.create.handler(({ input, context: { caller } }) =>
      createIdentity(db, {
        ...{ workspaceId: caller.workspaceId, memberId: caller.memberId },
        ...{ name: input.name, address: input.address, isDefault: input.isDefault },
        linkId: typeof input.linkId === 'string' ? requireId('link', input.linkId) : null,
      }),
    ),
    vouch: api.identities.vouch.handler(async ({ input, context: { caller } }) => {
      const { workspaceId, memberId } = caller
      const identity = await vouchForIdentity(db, {
        workspaceId,
        identityId: requireId('identity', input.id),
      })
      log.info({ workspaceId, memberId, identityId: identity.id }, 'An admin vouched for an identity')
      return identity
    }),
  }
}
