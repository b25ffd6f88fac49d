import { sql } from 'kysely'
import { unverifyByDomain, verifyByDomain } from '../identities/verify-by-domain.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import { newId } from '../platform/ids.ts'
import type { WhichDomain } from './change-domains.ts'
import type { DomainFindings, DomainRow, KeyRow } from './domain-row.ts'
import { selectDomain } from './find-domains.ts'
import { standingOf } from './judge-record.ts'
import { type LookUpParts, lookUpRecords } from './look-up-records.ts'
import { nextSwitch, type Switch, type SwitchChange } from './switch-state.ts'

export interface CheckParts extends LookUpParts {
  readonly db: Db
}

/** Asked again sooner, a check answers what was found then. */
const freshSeconds = 10
const everySeconds = 3_600
/** So long keys that sign no more are remembered, so that the page can say that their records may go. */
const oldKeyDays = 30

/**
 * Looks at the records of a domain and switches signing and envelope by what it found (spec 5.2). Twice at once does
 * no harm. `isForced`: also where it looked just now, because something was changed since. False: there is no such domain
 * (any more).
 */
export async function checkDomain(
  parts: CheckParts,
  which: WhichDomain,
  { isForced = false }: { readonly isForced?: boolean } = {},
): Promise<boolean> {
  const before = await asEngine(parts.db, tx => selectDomain(tx, which, { isLocked: false }))
  if (before === null) return false
  const at = await nowOf(parts.db)
  const isFresh =
    before.checkedAt !== null && at.getTime() - before.checkedAt.getTime() < freshSeconds * 1_000
  if (isFresh && !isForced) return true
  const findings = await lookUpRecords(before, parts, at)
  return asEngine(parts.db, tx => applyFindings(tx, which, findings))
}

async function nowOf(db: Db): Promise<Date> {
  const found = await asEngine(db, tx => sql<{ at: Date }>`select fairlead.now() as at`.execute(tx))
  const at = found.rows[0]?.at
  if (at === undefined) throw new Error('the database tells no time')
  return at
}

async function applyFindings(tx: Tx, which: WhichDomain, findings: DomainFindings): Promise<boolean> {
  const row = await selectDomain(tx, which, { isLocked: true })
  if (row === null) return false
  const clock = await sql<{ at: Date }>`select fairlead.now() as at`.execute(tx)
  const at = clock.rows[0]?.at ?? new Date()
  await markLiveKeys(tx, which, { row, findings })
  const isRotated = await promoteKeys(tx, which, { row, findings })
  const signing = nextSwitch(
    { state: row.signingState, until: row.signingUntil },
    isRotated ? 'live' : standingOf(current(row, findings, 'dkim-1')),
    at,
  )
  const envelope = nextSwitch(
    { state: row.envelopeState, until: row.envelopeUntil },
    standingOfBoth(findings),
    at,
  )
  await writeSwitches(tx, which, { findings, signing: signing.next, envelope: envelope.next })
  await recordChange(tx, which, 'signing', signing.change, signing.next)
  await recordChange(tx, which, 'envelope', envelope.change, envelope.next)
  if (isRotated) await recordEvent(tx, which, { kind: 'keys-switched', until: null, isMailed: false })
  const of = { workspaceId: which.workspaceId, domain: row.domain }
  if (signing.change === 'on') await verifyByDomain(tx, of)
  if (signing.change === 'off') await unverifyByDomain(tx, of)
  return true
}

/** Of the key that is meant now: a rotation in between gave the purpose another name. */
function current(row: DomainRow, { records }: DomainFindings, purpose: 'dkim-1' | 'dkim-2') {
  const key = row.keys.filter(one => one.state === 'signing')[purpose === 'dkim-1' ? 0 : 1]
  return findingOf(key, row, { ...(records === undefined ? {} : { records }) })
}

function findingOf(key: KeyRow | undefined, row: DomainRow, { records = {} }: DomainFindings) {
  const name = key && `${key.selector}._domainkey.${row.domain}`
  return Object.values(records).find(record => record.name === name)
}

function standingOfBoth({ records = {} }: DomainFindings): 'live' | 'gone' | 'unknown' {
  const both = [records['return-path-mx'], records['return-path-spf']].map(standingOf)
  if (both.includes('gone')) return 'gone'
  return both.every(one => one === 'live') ? 'live' : 'unknown'
}

async function markLiveKeys(
  tx: Tx,
  which: WhichDomain,
  { row, findings }: { row: DomainRow; findings: DomainFindings },
): Promise<void> {
  const seen = row.keys.flatMap(key => {
    const standing = standingOf(findingOf(key, row, findings))
    return standing === 'unknown' ? [] : [{ selector: key.selector, isLive: standing === 'live' }]
  })
  await sql`
    update fairlead.dkim_key k set is_live = s.is_live
    from unnest(${seen.map(one => one.selector)}::text[], ${seen.map(one => one.isLive)}::boolean[]) as s (selector, is_live)
    where k.workspace_id = ${which.workspaceId} and k.domain_id = ${which.domainId} and k.selector = s.selector
      and k.is_live <> s.is_live`.execute(tx)
}

/** The next keys sign from the moment when both of their records are there; the old ones stay checkable. */
async function promoteKeys(
  tx: Tx,
  which: WhichDomain,
  { row, findings }: { row: DomainRow; findings: DomainFindings },
): Promise<boolean> {
  await sql`
    delete from fairlead.dkim_key
    where workspace_id = ${which.workspaceId} and domain_id = ${which.domainId} and state = 'old'
      and state_at < fairlead.now() - ${oldKeyDays} * interval '1 day'`.execute(tx)
  const next = row.keys.filter(key => key.state === 'next')
  if (next.length === 0 || !next.every(key => standingOf(findingOf(key, row, findings)) === 'live'))
    return false
  await sql`
    update fairlead.dkim_key set state = case state when 'next' then 'signing' else 'old' end, state_at = fairlead.now()
    where workspace_id = ${which.workspaceId} and domain_id = ${which.domainId} and state in ('next', 'signing')`.execute(
    tx,
  )
  return true
}

async function writeSwitches(
  tx: Tx,
  which: WhichDomain,
  { findings, signing, envelope }: { findings: DomainFindings; signing: Switch; envelope: Switch },
): Promise<void> {
  await sql`
    update fairlead.sending_domain set findings = ${JSON.stringify(findings)}::jsonb, checked_at = fairlead.now(),
      signing_at = case when signing_state = ${signing.state} then signing_at else fairlead.now() end,
      signing_state = ${signing.state}, signing_until = ${signing.until},
      envelope_at = case when envelope_state = ${envelope.state} then envelope_at else fairlead.now() end,
      envelope_state = ${envelope.state}, envelope_until = ${envelope.until},
      check_due_at = least(fairlead.now() + ${everySeconds} * interval '1 second',
        greatest(${signing.until}::timestamptz, fairlead.now() + interval '1 minute'),
        greatest(${envelope.until}::timestamptz, fairlead.now() + interval '1 minute'))
    where workspace_id = ${which.workspaceId} and id = ${which.domainId}`.execute(tx)
}

async function recordChange(
  tx: Tx,
  which: WhichDomain,
  what: 'signing' | 'envelope',
  change: SwitchChange | null,
  { until }: Switch,
): Promise<void> {
  if (change === null) return
  await recordEvent(tx, which, { kind: `${what}-${change}`, until, isMailed: change !== 'on' })
}

async function recordEvent(
  tx: Tx,
  { workspaceId, domainId }: WhichDomain,
  event: { readonly kind: string; readonly until: Date | null; readonly isMailed: boolean },
): Promise<void> {
  await sql`
    insert into fairlead.domain_event (workspace_id, id, domain_id, kind, data, told_at)
    values (${workspaceId}, ${newId('event')}, ${domainId}, ${event.kind}, ${JSON.stringify({ until: event.until })}::jsonb,
      case when ${event.isMailed}::boolean then null else fairlead.now() end)`.execute(tx)
}
