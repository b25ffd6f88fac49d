import { randomBytes } from 'node:crypto'
import { limits, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import { getDomain } from 'tldts'
import { isFreeMail } from '../identities/free-mail-domains.ts'
import { unverifyByDomain } from '../identities/verify-by-domain.ts'
import { checkDomain } from '../mail/address.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { type DomainId, newId, type WorkspaceId } from '../platform/ids.ts'
import { codeOf } from '../platform/plain-error.ts'
import type { Secrets } from '../platform/secrets.ts'
import { selectDomain } from './find-domains.ts'
import { insertKeys, makeKeys } from './make-keys.ts'
import type { PlatformHosts } from './platform-hosts.ts'

export interface ChangeParts {
  readonly db: Db
  readonly secrets: Secrets
  readonly hosts: PlatformHosts
}

export interface WhichDomain {
  readonly workspaceId: WorkspaceId
  readonly domainId: DomainId
}

/**
 * Adds a sending domain and makes its keys. Problems: domain.invalid, domain.free-mail, domain.ours, domain.exists,
 * domain.too-many.
 */
export async function createDomain(
  { db, secrets, hosts }: ChangeParts,
  { workspaceId, typed }: { readonly workspaceId: WorkspaceId; readonly typed: string },
): Promise<DomainId> {
  const domain = requireDomain(typed, hosts)
  const keys = await makeKeys()
  const id = newId('domain')
  const tag = randomName(6)
  try {
    await asEngine(db, async tx => {
      await requireRoom(tx, workspaceId)
      await sql`
        insert into fairlead.sending_domain (workspace_id, id, domain, tag, return_path_host, report_token)
        values (${workspaceId}, ${id}, ${domain}, ${tag}, ${`bounce-${tag}.${domain}`}, ${randomName(16)})`.execute(
        tx,
      )
      await insertKeys(tx, { workspaceId, domainId: id, domain, tag, state: 'signing' }, { keys, secrets })
    })
  } catch (error) {
    if (codeOf(error) === '23505') throw new Problem('domain.exists', { domain })
    throw error
  }
  return id
}

/** Letters and digits that nobody mistakes for others. */
function randomName(length: number): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  return Array.from(randomBytes(length), byte => alphabet.charAt(byte & 31)).join('')
}

function requireDomain(typed: string, hosts: PlatformHosts): string {
  const text = typed.trim().replace(/^.*@/, '').replace(/\.$/, '')
  const checked = checkDomain(text)
  if ('problem' in checked) throw new Problem('domain.invalid', { domain: typed.trim().slice(0, 100) })
  const { domain } = checked
  if (isFreeMail(`name@${domain}`)) throw new Problem('domain.free-mail', { domain })
  // A public suffix belongs to everybody below it.
  if (getDomain(domain, { allowPrivateDomains: true }) === null)
    throw new Problem('domain.invalid', { domain })
  if (domain === hosts.mailDomain || domain.endsWith(`.${hosts.mailDomain}`))
    throw new Problem('domain.ours', { domain })
  return domain
}

async function requireRoom(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  const found = await sql<{ count: number }>`
    select count(*)::int as count from fairlead.sending_domain
    where workspace_id = ${workspaceId} and removed_at is null`.execute(tx)
  if ((found.rows[0]?.count ?? 0) >= limits.sendingDomains)
    throw new Problem('domain.too-many', { limit: limits.sendingDomains })
}

/** Takes a domain away: its keys are destroyed. Its return-path host is still answered for. Problem: not-found. */
export async function removeDomain(db: Db, of: WhichDomain): Promise<void> {
  await asEngine(db, async tx => {
    const domain = await selectDomain(tx, of, { isLocked: true })
    if (domain === null) throw new Problem('not-found', { what: 'sending domain' })
    await sql`delete from fairlead.dkim_key where workspace_id = ${of.workspaceId} and domain_id = ${of.domainId}`.execute(
      tx,
    )
    await sql`
      update fairlead.sending_domain
      set removed_at = fairlead.now(), signing_state = 'off', signing_until = null, envelope_state = 'off', envelope_until = null
      where workspace_id = ${of.workspaceId} and id = ${of.domainId}`.execute(tx)
    await unverifyByDomain(tx, { workspaceId: of.workspaceId, domain: domain.domain })
  })
}

/**
 * Makes the next keys; check-domain.ts lets them sign once their records are found. Problems: not-found,
 * domain.rotation-open, domain.not-signing.
 */
export async function rotateKeys({ db, secrets }: ChangeParts, of: WhichDomain): Promise<void> {
  const keys = await makeKeys()
  await asEngine(db, async tx => {
    const domain = await selectDomain(tx, of, { isLocked: true })
    if (domain === null) throw new Problem('not-found', { what: 'sending domain' })
    const names = { domain: domain.domain }
    if (domain.keys.some(key => key.state === 'next')) throw new Problem('domain.rotation-open', names)
    if (domain.signingState === 'off') throw new Problem('domain.not-signing', names)
    // Of older keys only the last ones may still be asked for.
    await sql`delete from fairlead.dkim_key
      where workspace_id = ${of.workspaceId} and domain_id = ${of.domainId} and state = 'old'`.execute(tx)
    await insertKeys(tx, { ...of, ...domain, state: 'next' }, { keys, secrets })
  })
}
