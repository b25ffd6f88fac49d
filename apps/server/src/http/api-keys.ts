import { endApiKey, listApiKeys, makeApiKey } from '../team/api-keys.ts'
import { api } from './api.ts'
import type { HttpParts } from './parts.ts'

export function apiKeyRoutes(parts: HttpParts) {
  return {
    list: api.apiKeys.list.handler(async ({ context: { caller } }) => ({
      apiKeys: await listApiKeys(parts.db, caller),
    })),
    create: api.apiKeys.create.handler(({ input, context: { caller } }) =>
      makeApiKey(parts, caller, { name: input.name, expiresInDays: input.expiresInDays }),
    ),
    revoke: api.apiKeys.revoke.handler(({ input, context: { caller } }) =>
      endApiKey(parts, caller, input.id),
    ),
  }
}
