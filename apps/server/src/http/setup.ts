import { asEngine } from '../platform/database/as-role.ts'
import { needsSetup } from '../team/needs-setup.ts'
import { publicApi } from './api.ts'
import type { HttpParts } from './parts.ts'

export function setupRoutes({ db, mode }: HttpParts) {
  return {
    get: publicApi.setup.get.handler(async () => ({
      needsSetup: await asEngine(db, needsSetup),
      mode,
      signUpOpen: false,
    })),
  }
}
