import { createPrivateKey, type KeyObject } from 'node:crypto'
import { sql } from 'kysely'
import { domainOf } from '../mail/address.ts'
import type { Address, DkimKey } from '../mail/message.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { DomainRow, KeyRow } from './domain-row.ts'
import { placeOfKey } from './make-keys.ts'
import { isUsed } from './show-domain.ts'

/** How mail from an address leaves: who signs it, and where it comes back to. */
export interface SenderRoute {
  /** d= of the customer's own signature; null: the platform signs. */
  readonly signingDomain: string | null
  readonly keys: readonly DkimKey[]
  /** A-label host of the return path. */
  readonly returnPathHost: string
}

export interface SenderDirectory {
  /** Of one sender; the workspace's domains are read together and kept for a while. */
  routeOf(workspaceId: WorkspaceId, from: Address): Promise<SenderRoute>
}

export interface DirectoryParts {
  readonly db: Db
  readonly secrets: Secrets
  readonly platform: { readonly keys: readonly DkimKey[]; readonly returnPathHost: string }
  /** How long a look is good for; default 30,000. A switch takes so long to reach every process. */
  readonly freshMs?: number
}

interface Signing {
  readonly domain: string
  readonly returnPathHost: string
  readonly signingState: DomainRow['signingState']
  readonly envelopeState: DomainRow['envelopeState']
  readonly keys: readonly DkimKey[]
}

const mostWorkspaces = 5_000

/**
 * Looks senders up for the outbox. Everything that is asked for in one turn of the event loop is one query, and a
 * workspace that was read lately is none, so that ten thousand deliveries cost a handful.
 */
export function createSenderDirectory(parts: DirectoryParts): SenderDirectory {
  const known = new Map<WorkspaceId, { readonly untilMs: number; readonly domains: readonly Signing[] }>()
  const opened = new Map<string, KeyObject>()
  let asked: Set<WorkspaceId> | null = null
  let underway: Promise<void> = Promise.resolve()

  async function load(workspaces: readonly WorkspaceId[]): Promise<void> {
    const rows = await readSigning(parts.db, workspaces)
    const untilMs = performance.now() + (parts.freshMs ?? 30_000)
    const found = Map.groupBy(rows, row => row.workspaceId)
    for (const workspaceId of workspaces) {
      known.delete(workspaceId)
      known.set(workspaceId, {
        untilMs,
        domains: (found.get(workspaceId) ?? []).map(row => ({
          ...row,
          keys: openKeys(row, parts.secrets, opened),
        })),
      })
    }
    while (known.size > mostWorkspaces)
      known.delete(known.keys().next().value ?? workspaces[0] ?? ('' as WorkspaceId))
  }

  function ask(workspaceId: WorkspaceId): Promise<void> {
    if (asked === null) {
      const wanted = new Set<WorkspaceId>()
      asked = wanted
      underway = new Promise<void>(resolve => setImmediate(resolve)).then(() => {
        asked = null
        return load([...wanted])
      })
    }
    asked.add(workspaceId)
    return underway
  }

  return {
    async routeOf(workspaceId, from) {
      const kept = known.get(workspaceId)
      if (kept === undefined || kept.untilMs <= performance.now()) await ask(workspaceId)
      return routeFor(domainOf(from), known.get(workspaceId)?.domains ?? [], parts.platform)
    },
  }
}

interface SigningRow extends Omit<Signing, 'keys'> {
  readonly workspaceId: WorkspaceId
  readonly keys: readonly (Pick<KeyRow, 'selector' | 'algorithm' | 'state' | 'isLive'> & {
    readonly privateKey: string
  })[]
}

async function readSigning(db: Db, workspaces: readonly WorkspaceId[]): Promise<SigningRow[]> {
  const found = await asEngine(db, tx =>
    sql<SigningRow>`
      select d.workspace_id as "workspaceId", d.domain, d.return_path_host as "returnPathHost",
        d.signing_state as "signingState", d.envelope_state as "envelopeState",
        (select coalesce(jsonb_agg(jsonb_build_object('selector', k.selector, 'algorithm', k.algorithm, 'state', k.state,
            'isLive', k.is_live, 'privateKey', k.private_key) order by k.algorithm desc), '[]')
          from fairlead.dkim_key k where k.domain_id = d.id and k.workspace_id = d.workspace_id and k.state = 'signing') as keys
      from fairlead.sending_domain d
      where d.workspace_id = any(${workspaces}::uuid[]) and d.removed_at is null
        and (d.signing_state <> 'off' or d.envelope_state <> 'off')`.execute(tx),
  )
  return found.rows
}

/** Opening a sealed key and reading its PEM takes longer than a signature: it is done once. */
function openKeys(row: SigningRow, secrets: Secrets, opened: Map<string, KeyObject>): DkimKey[] {
  return row.keys.filter(isUsed(row.signingState)).map(({ selector, algorithm, privateKey }) => {
    const key =
      opened.get(privateKey) ?? createPrivateKey(secrets.open(privateKey, placeOfKey(row.domain, selector)))
    opened.set(privateKey, key)
    return { domain: row.domain, selector, algorithm, key }
  })
}

/**
 * The domain itself, or the nearest one above it: that is in alignment by relaxed rules (RFC 7489 §3.1.1). Without its
 * record a signature fails, so in the grace the platform signs beside it.
 */
function routeFor(
  domain: string,
  domains: readonly Signing[],
  platform: DirectoryParts['platform'],
): SenderRoute {
  const around = domains
    .filter(one => domain === one.domain || domain.endsWith(`.${one.domain}`))
    .toSorted((a, b) => b.domain.length - a.domain.length)
  const signer = around.find(one => one.keys.length > 0)
  const returner = around.find(one => one.envelopeState === 'on')
  return {
    signingDomain: signer?.domain ?? null,
    keys:
      signer === undefined
        ? platform.keys
        : signer.signingState === 'grace'
          ? [...signer.keys, ...platform.keys]
          : signer.keys,
    returnPathHost: returner?.returnPathHost ?? platform.returnPathHost,
  }
}
