import { Problem } from '@fairlead/contract'
import { tellOfDomains } from '../compose/tell-of-domains.ts'
import { listSandbox, readSandbox, showSandboxBody } from '../conversations/read-sandbox.ts'
import { checkDomain } from '../domains/check-domain.ts'
import { readDomain } from '../domains/find-domains.ts'
import { api } from './api.ts'
import { downloadOf } from './downloads.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function sandboxRoutes(parts: HttpParts) {
  const { db, sandbox } = parts
  const partsOf = () => {
    if (sandbox === null) throw new Problem('sandbox.off')
    return { db, internet: sandbox }
  }
  return {
    publishRecords: api.sandbox.publishRecords.handler(async ({ input, context: { caller, publicUrl } }) => {
      const { internet } = partsOf()
      const domainId = requireId('domain', input.id)
      const of = { workspaceId: caller.workspaceId, memberId: caller.memberId, isAdmin: true, domainId }
      const { records } = await readDomain(db, of, parts.domains.hosts)
      await internet.publish(
        records
          .filter(record => record.place === 'your-dns' && record.isRequired)
          .map(({ name, type, expected }) => ({ name, type, data: expected })),
      )
      await checkDomain({ ...parts.domains, db }, of, { isForced: true })
      await tellOfDomains(parts.accept, publicUrl)
      parts.live.tell()
      return readDomain(db, of, parts.domains.hosts)
    }),
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
