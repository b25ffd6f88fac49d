import { Problem } from '@fairlead/contract'
import { tellOfDomains } from '../compose/tell-of-domains.ts'
import { allowlistText, readAllowlist } from '../domains/allowlist.ts'
import { createDomain, removeDomain, rotateKeys } from '../domains/change-domains.ts'
import { checkDomain } from '../domains/check-domain.ts'
import { readDmarcSummary } from '../domains/dmarc-summary.ts'
import { type DomainsOf, listDomains, readDomain } from '../domains/find-domains.ts'
import { zoneFile } from '../domains/zone-file.ts'
import type { DomainId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { api, publicApi } from './api.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

const whose = (caller: Caller): DomainsOf => ({ ...caller, isAdmin: caller.role === 'admin' })
const idOf = (shown: string): DomainId => requireId('domain', shown)

export function domainRoutes(parts: HttpParts) {
  const { db, domains, secrets } = parts
  const changing = { db, secrets, hosts: domains.hosts }
  const read = (caller: Caller, domainId: DomainId) =>
    readDomain(db, { ...whose(caller), domainId }, domains.hosts)
  const check = async (caller: Caller, domainId: DomainId, publicUrl: string) => {
    const isThere = await checkDomain({ ...domains, db }, { workspaceId: caller.workspaceId, domainId })
    if (!isThere) throw new Problem('not-found', { what: 'sending domain' })
    await tellOfDomains(parts.accept, publicUrl)
    parts.live.tell()
    return read(caller, domainId)
  }
  return {
    list: api.domains.list.handler(async ({ context: { caller } }) => ({
      domains: await listDomains(db, whose(caller), domains.hosts),
    })),
    create: api.domains.create.handler(async ({ input, context: { caller, publicUrl } }) => {
      const { workspaceId } = caller
      const domainId = await createDomain(changing, { workspaceId, typed: input.domain })
      parts.log.info({ workspaceId, domainId, by: caller.memberId }, 'A sending domain was added')
      return check(caller, domainId, publicUrl)
    }),
    get: api.domains.get.handler(({ input, context: { caller } }) => read(caller, idOf(input.id))),
    remove: api.domains.remove.handler(async ({ input, context: { caller } }) => {
      const which = { workspaceId: caller.workspaceId, domainId: idOf(input.id) }
      await removeDomain(db, which)
      parts.log.info({ ...which, by: caller.memberId }, 'A sending domain was removed')
    }),
    check: api.domains.check.handler(({ input, context: { caller, publicUrl } }) =>
      check(caller, idOf(input.id), publicUrl),
    ),
    rotate: api.domains.rotate.handler(async ({ input, context: { caller } }) => {
      const which = { workspaceId: caller.workspaceId, domainId: idOf(input.id) }
      await rotateKeys(changing, which)
      parts.log.info({ ...which, by: caller.memberId }, 'The next keys of a sending domain were made')
      return read(caller, which.domainId)
    }),
    zone: api.domains.zone.handler(async ({ input, context: { caller } }) => {
      const { domain, records } = await read(caller, idOf(input.id))
      return textOf(zoneFile(domain, records), `attachment; filename="${domain}.zone"`)
    }),
    dmarc: api.domains.dmarc.handler(async ({ input, context: { caller } }) =>
      readDmarcSummary(db, await read(caller, idOf(input.id)), caller.workspaceId),
    ),
  }
}

export function allowlistRoutes({ domains }: HttpParts) {
  return {
    get: publicApi.allowlist.get.handler(() => readAllowlist(domains)),
    text: publicApi.allowlist.text.handler(async () =>
      textOf(allowlistText(await readAllowlist(domains)), 'inline'),
    ),
  }
}

const textOf = (text: string, disposition: string) => ({
  headers: { 'content-disposition': disposition },
  body: new Blob([text], { type: 'text/plain; charset=utf-8' }),
})
