import type { Reason } from '@fairlead/bounce'
import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import { secretPlace } from './insert-link.ts'
import { SecretUnavailableError } from './secret-unavailable.ts'
import { breakLink } from './set-link-state.ts'

/** Makes an expired secret new (channels/channel.ts, renew). */
export type Renew = (
  settings: unknown,
  secret: string,
  signal: AbortSignal,
) => Promise<
  | { readonly secret: string; readonly settings?: unknown }
  | { readonly broken: Reason }
  | { readonly later: Reason }
>

export interface LinkToOpen {
  readonly workspaceId: WorkspaceId
  readonly id: LinkId
  readonly settings: unknown
}

/** A link as channels see it (channels/channel.ts, ChannelLink). */
export interface OpenedLink {
  readonly id: LinkId
  readonly settings: unknown
  withSecret<T>(use: (secret: string) => Promise<T | 'expired'>): Promise<T>
}

interface Parts {
  readonly db: Db
  readonly secrets: Secrets
  /** Of the link's channel; absent where secrets do not end. */
  readonly renew?: Renew | undefined
}

const renewMs = 20_000

/**
 * A link whose secret is opened for `use` alone, from the row as it stands then. Of all processes one renews an
 * expired secret at a time; the others wait and find the new one. A grant that is gone pauses the link.
 */
export function openLink(parts: Parts, link: LinkToOpen): OpenedLink {
  return {
    id: link.id,
    settings: link.settings,
    async withSecret(use) {
      const sealed = await asEngine(parts.db, tx => readSealed(tx, link))
      const first = await use(open(parts, link, sealed))
      if (first !== 'expired') return first
      const renewed = await renewSecret(parts, link, sealed)
      const second = await use(renewed)
      if (second !== 'expired') return second
      throw new SecretUnavailableError({ is: 'link-broken', reason: { code: 'link.login' } })
    },
  }
}

/** A secret that is not stored: it is being tried before it is saved. */
export function openUnsaved(link: Omit<LinkToOpen, 'workspaceId'>, secret: string | null): OpenedLink {
  return {
    id: link.id,
    settings: link.settings,
    async withSecret(use) {
      if (secret === null) throw loginMissing()
      const answer = await use(secret)
      if (answer !== 'expired') return answer
      throw loginMissing()
    },
  }
}

const loginMissing = () => new SecretUnavailableError({ is: 'link-broken', reason: { code: 'link.login' } })

async function readSealed(tx: Tx, link: LinkToOpen): Promise<string> {
  const found = await sql<{ secret: string | null }>`
    select secret from fairlead.link where workspace_id = ${link.workspaceId} and id = ${link.id}`.execute(tx)
  const sealed = found.rows[0]?.secret
  if (typeof sealed !== 'string') throw loginMissing()
  return sealed
}

const open = ({ secrets }: Parts, link: LinkToOpen, sealed: string): string =>
  secrets.open(sealed, secretPlace(link.id))

/**
 * One renewal at a time for each link. The lock is the database's and no row's: pausing the link or accepting mail for
 * it does not wait for the provider's answer, and it ends with its holder.
 */
async function renewSecret(parts: Parts, link: LinkToOpen, expired: string): Promise<string> {
  const { renew } = parts
  if (renew === undefined) return giveUp(parts, link, { code: 'link.login' })
  const answer = await asEngine(parts.db, async tx => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`secret of ${link.id}`}, 0))`.execute(tx)
    const present = await readSealed(tx, link)
    if (present !== expired) return { secret: open(parts, link, present) }
    const renewed = await renew(link.settings, open(parts, link, expired), AbortSignal.timeout(renewMs))
    if ('secret' in renewed) await save(tx, { parts, link, expired, renewed })
    return renewed
  })
  if ('secret' in answer) return answer.secret
  if ('broken' in answer) return giveUp(parts, link, answer.broken)
  throw new SecretUnavailableError({ is: 'deferred', reason: answer.later })
}

/** Unless a person saved another secret meanwhile: theirs stays. */
async function save(
  tx: Tx,
  what: {
    parts: Parts
    link: LinkToOpen
    expired: string
    renewed: { readonly secret: string; readonly settings?: unknown }
  },
): Promise<void> {
  const { link, renewed } = what
  const sealed = what.parts.secrets.seal(renewed.secret, secretPlace(link.id))
  const settings = renewed.settings === undefined ? null : JSON.stringify(renewed.settings)
  await sql`
    update fairlead.link set secret = ${sealed}, settings = coalesce(${settings}::jsonb, settings)
    where workspace_id = ${link.workspaceId} and id = ${link.id} and secret = ${what.expired}`.execute(tx)
}

async function giveUp({ db }: Parts, link: LinkToOpen, reason: Reason): Promise<never> {
  await asEngine(db, tx => breakLink(tx, { workspaceId: link.workspaceId, linkId: link.id, reason }))
  throw new SecretUnavailableError({ is: 'link-broken', reason })
}
