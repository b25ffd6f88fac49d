import { Problem } from '@fairlead/contract'
import { listSandbox, readSandbox, showSandboxBody } from '../conversations/read-sandbox.ts'
import { api } from './api.ts'
import { downloadOf } from './downloads.ts'
import type { HttpParts } from './parts.ts'

export function sandboxRoutes({ db, sandbox }: HttpParts) {
  const partsOf = () => {
    if (sandbox === null) throw new Problem('sandbox.off')
    return { db, internet: sandbox }
  }
  return {
    list: api.sandbox.list.handler(async ({ input, context: { caller } }) => {
      const { workspaceId, memberId } = caller
      return { messages: await listSandbox(partsOf(), { workspaceId, memberId, limit: input.limit }) }
    }),
    behaviours: api.sandbox.behaviours.handler(async () => {
      const { recipients, domains } = await partsOf().internet.behaviours()
      return { recipients: [...recipients], domains: [...domains] }
    }),
    get: api.sandbox.get.handler(async ({ input, context: { caller } }) => {
      const { workspaceId, memberId } = caller
      const { message, raw } = await readSandbox(partsOf(), { workspaceId, memberId, id: input.id })
      return { ...message, ...(await showSandboxBody(raw)) }
    }),
    raw: api.sandbox.raw.handler(async ({ input, context: { caller } }) => {
      const { workspaceId, memberId } = caller
      const { raw } = await readSandbox(partsOf(), { workspaceId, memberId, id: input.id })
      return downloadOf(raw, 'message.eml')
    }),
  }
}
