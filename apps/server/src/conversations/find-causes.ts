import type { ReasonCode } from '@fairlead/bounce'
import { type ConversationCause, limits, reasonSentence, showReason } from '@fairlead/contract'
import { sql } from 'kysely'
import { asWeb } from '../platform/database/as-role.ts'
import type { Db, Tx } from '../platform/database/connect.ts'
import {
  type DeliveryId,
  type IdentityId,
  type LinkId,
  type MemberId,
  showId,
  type WorkspaceId,
} from '../platform/ids.ts'

interface Whose {
  readonly workspaceId: WorkspaceId
  readonly memberId: MemberId
}

/** Rows that stand alike, for one reason, at one link, of one identity. */
interface Group {
  readonly code: ReasonCode | null
  readonly linkId: LinkId | null
  readonly linkName: string | null
  readonly linkState: 'ready' | 'needs-attention' | 'paused' | 'removed' | null
  readonly linkCode: ReasonCode | null
  readonly identityId: IdentityId | null
  readonly identityAddress: string | null
  readonly waiting: number
  readonly failed: number
  readonly isMore: boolean
  readonly failedIds: readonly DeliveryId[]
}

/**
 * What several rows wait for, or failed by, together, and what a person can do about it; most rows first. It looks at
 * the newest limits.countedRows rows of In progress, Failed and the held emails.
 */
export function findCauses(db: Db, whose: Whose): Promise<ConversationCause[]> {
  return asWeb(db, whose.workspaceId, async tx => {
    const groups = [...(await groupDeliveries(tx, whose)), ...(await groupHeldEmails(tx, whose))]
    const byCause = new Map<string, ConversationCause>()
    for (const group of groups) {
      const cause = causeOf(group)
      if (cause === null) continue
      const known = byCause.get(cause.id)
      byCause.set(cause.id, known === undefined ? cause : together(known, cause))
    }
    return [...byCause.values()].sort((a, b) => b.waiting + b.failed - a.waiting - a.failed)
  })
}

function together(a: ConversationCause, b: ConversationCause): ConversationCause {
  return {
    ...a,
    waiting: a.waiting + b.waiting,
    failed: a.failed + b.failed,
    isMore: a.isMore || b.isMore,
    failedIds: [...a.failedIds, ...b.failedIds].slice(0, limits.bulkRows),
  }
}

/** One row per link, identity and reason. Index: delivery_sent. */
async function groupDeliveries(tx: Tx, { workspaceId, memberId }: Whose): Promise<readonly Group[]> {
  const found = await sql<Group>`
    with looked as (
      (select d.id, d.email_id, d.link_id, d.folder, d.reason ->> 'code' as code from fairlead.delivery d
        where d.workspace_id = ${workspaceId} and d.member_id = ${memberId} and d.folder = 'in-progress' and not d.hidden
        order by d.emailed_at desc, d.email_id desc limit ${limits.countedRows})
      union all
      (select d.id, d.email_id, d.link_id, d.folder, d.reason ->> 'code' from fairlead.delivery d
        where d.workspace_id = ${workspaceId} and d.member_id = ${memberId} and d.folder = 'failed' and not d.hidden
        order by d.emailed_at desc, d.email_id desc limit ${limits.countedRows})),
    seen as (
      select s.*, l.name, l.state, l.state_reason ->> 'code' as link_code,
        case when s.code like 'identity.%' then (select e.identity_id from fairlead.email e
          where e.workspace_id = ${workspaceId} and e.id = s.email_id) end as identity_id
      from looked s join fairlead.link l on l.workspace_id = ${workspaceId} and l.id = s.link_id)
    select code, link_id as "linkId", name as "linkName", state as "linkState", link_code as "linkCode",
      identity_id as "identityId",
      (select i.address from fairlead.identity i where i.workspace_id = ${workspaceId} and i.id = identity_id) as "identityAddress",
      count(distinct email_id) filter (where folder = 'in-progress') as waiting,
      count(*) filter (where folder = 'failed') as failed,
      (select count(*) >= ${limits.countedRows} from looked) as "isMore",
      coalesce((array_agg(id order by id) filter (where folder = 'failed'))[1:${limits.bulkRows}], '{}') as "failedIds"
    from seen group by code, link_id, name, state, link_code, identity_id`.execute(tx)
  return found.rows
}

/** Index: email_unsent. */
async function groupHeldEmails(tx: Tx, { workspaceId, memberId }: Whose): Promise<readonly Group[]> {
  const found = await sql<Group>`
    with held as (
      select e.link_id, e.identity_id, e.held_reason ->> 'code' as code from fairlead.email e
      where e.workspace_id = ${workspaceId} and e.member_id = ${memberId} and e.state = 'held'
        and e.state <> 'released' and e.hidden_at is null
      order by e.updated_at desc, e.id desc limit ${limits.countedRows})
    select h.code, h.link_id as "linkId", l.name as "linkName", l.state as "linkState",
      l.state_reason ->> 'code' as "linkCode", h.identity_id as "identityId", i.address as "identityAddress",
      count(*) as waiting, 0 as failed, (select count(*) >= ${limits.countedRows} from held) as "isMore",
      '{}'::uuid[] as "failedIds"
    from held h
    left join fairlead.link l on l.workspace_id = ${workspaceId} and l.id = h.link_id
    left join fairlead.identity i on i.workspace_id = ${workspaceId} and i.id = h.identity_id
    group by 1, 2, 3, 4, 5, 6, 7`.execute(tx)
  return found.rows
}

type Cause = Pick<ConversationCause, 'id' | 'kind' | 'sentence' | 'fix'> & { code: ReasonCode | null }

function causeOf(group: Group): ConversationCause | null {
  const cause = identityCause(group) ?? linkCause(group) ?? laneCause(group)
  if (cause === null) return null
  const { code, ...shown } = cause
  return {
    ...shown,
    reason: code && showReason({ code }, ''),
    linkId: group.linkId && showId('link', group.linkId),
    identityId: group.identityId && showId('identity', group.identityId),
    ...{ waiting: group.waiting, failed: group.failed, isMore: group.isMore },
    failedIds: group.failedIds.map(id => showId('delivery', id)),
  }
}

function identityCause({ code, identityId, identityAddress }: Group): Cause | null {
  if (code !== 'identity.unverified' && code !== 'identity.not-permitted') return null
  const who = identityAddress ?? 'An identity'
  return {
    ...{ id: `identity:${identityId}:${code}`, kind: 'identity', code },
    ...(code === 'identity.unverified'
      ? { sentence: `${who} is not verified, so nothing is sent from it.`, fix: 'verify-identity' }
      : { sentence: `${who} may not be used on this delivery channel.`, fix: 'permit-identity' }),
  }
}

function linkCause({ code, linkId, linkName, linkState, linkCode }: Group): Cause | null {
  const isOfLink = code?.startsWith('link.') === true
  const shown = { id: `link:${linkId}`, kind: 'link', code: linkCode ?? (isOfLink ? code : null) } as const
  if (linkState === 'paused')
    return { ...shown, sentence: `The delivery channel ${linkName} is paused.`, fix: 'resume-link' }
  if (linkState !== 'needs-attention' && linkState !== 'removed' && !isOfLink) return null
  const why = shown.code === null ? '' : ` ${reasonSentence(shown.code, {})}`
  return { ...shown, sentence: `The delivery channel ${linkName} needs attention.${why}`, fix: 'mend-link' }
}

/** The far side asked for a rest; nobody has to do anything. */
function laneCause({ code, linkId, waiting }: Group): Cause | null {
  if (waiting === 0 || code === null) return null
  if (!code.startsWith('rate.') && code !== 'quota.channel' && code !== 'transport.network') return null
  return { id: `lane:${linkId}:${code}`, kind: 'lane', sentence: reasonSentence(code, {}), fix: 'wait', code }
}
