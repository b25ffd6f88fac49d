import { asEngine } from '../platform/database/as-role.ts'
import { needsSetup } from '../team/needs-setup.ts'
import { setUp } from '../team/set-up.ts'
import { signIn } from '../team/sign-in.ts'
import { publicApi } from './api.ts'
import { addressOf } from './authenticate.ts'
import { showMe } from './me.ts'
import type { HttpParts } from './parts.ts'

export function setupRoutes(parts: HttpParts) {
  const { db, mode } = parts
  return {
    get: publicApi.setup.get.handler(async () => ({
      needsSetup: await asEngine(db, needsSetup),
      mode,
      signUpOpen: false,
    })),
    create: publicApi.setup.create.handler(async ({ input, context }) => {
      const { visit } = context
      await setUp(parts, input)
      const { caller, cookies } = await signIn(parts, { ...input, visit, line: addressOf(visit.ip) })
      context.setCookies(cookies)
      parts.log.info({ workspaceId: caller.workspaceId }, 'The first workspace was made')
      return showMe(caller, parts, context.publicUrl)
    }),
  }
}
