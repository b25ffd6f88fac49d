import type { ChannelKind } from '@fairlead/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { LinkId, WorkspaceId } from '../platform/ids.ts'

/** A mailbox at which this process waits. */
export interface HeldPost {
  readonly workspaceId: WorkspaceId
  readonly linkId: LinkId
  readonly kind: ChannelKind
  readonly settings: unknown
  /** Of the link: another one means that its settings or secret changed. */
  readonly version: number
}

export interface WantedPosts {
  /** Names this process. */
  readonly attendant: string
  readonly kinds: readonly ChannelKind[]
  readonly most: number
  readonly leaseMs: number
}

/** Takes mailboxes at which nobody waits, at most so many. */
export async function takePosts(tx: QueryExecutorProvider, wanted: WantedPosts): Promise<HeldPost[]> {
  const found = await sql<HeldPost>`
    update fairlead.link_watch w set attendant = ${wanted.attendant},
      attended_until = fairlead.now() + ${wanted.leaseMs} * interval '1 millisecond'
    from (select d.workspace_id, d.link_id, l.kind, l.settings, l.version from fairlead.link_watch d
      join fairlead.link l on l.workspace_id = d.workspace_id and l.id = d.link_id
      where l.state = 'ready' and l.kind = any(${wanted.kinds}::text[]) and d.attend_at <= fairlead.now()
        and (d.attended_until is null or d.attended_until <= fairlead.now())
      order by d.attend_at limit ${wanted.most} for update of d skip locked) l
    where w.workspace_id = l.workspace_id and w.link_id = l.link_id
    returning w.workspace_id as "workspaceId", w.link_id as "linkId", l.kind, l.settings, l.version`.execute(
    tx,
  )
  return found.rows
}

export type KeptPost = Pick<HeldPost, 'workspaceId' | 'linkId' | 'version'>

/** Holds on to the mailboxes of this process; those that are its own still, with the version that the link has now. */
export async function keepPosts(
  tx: QueryExecutorProvider,
  { attendant, leaseMs }: Pick<WantedPosts, 'attendant' | 'leaseMs'>,
): Promise<KeptPost[]> {
  const found = await sql<KeptPost>`
    update fairlead.link_watch w set attended_until = fairlead.now() + ${leaseMs} * interval '1 millisecond'
    from fairlead.link l
    where w.attendant = ${attendant} and l.workspace_id = w.workspace_id and l.id = w.link_id and l.state = 'ready'
    returning w.workspace_id as "workspaceId", w.link_id as "linkId", l.version`.execute(tx)
  return found.rows
}

/** Leaves a mailbox, which is looked into at its usual pace from now on; nobody tries to wait there before `restMs`. */
export async function leavePost(
  tx: QueryExecutorProvider,
  post: Pick<HeldPost, 'workspaceId' | 'linkId'>,
  { attendant, restMs }: { readonly attendant: string; readonly restMs: number },
): Promise<void> {
  await sql`
    update fairlead.link_watch set attendant = null, attended_until = null,
      attend_at = fairlead.now() + ${restMs} * interval '1 millisecond'
    where workspace_id = ${post.workspaceId} and link_id = ${post.linkId} and attendant = ${attendant}`.execute(
    tx,
  )
}

/** Leaves all of them: another process may wait there at once. */
export async function leaveAllPosts(tx: QueryExecutorProvider, attendant: string): Promise<void> {
  await sql`
    update fairlead.link_watch set attendant = null, attended_until = null where attendant = ${attendant}`.execute(
    tx,
  )
}

/** Mail may have come: the mailbox is due for a look, whoever takes it. Said by its attendant alone. */
export async function announceMail(
  tx: QueryExecutorProvider,
  { workspaceId, linkId }: Pick<HeldPost, 'workspaceId' | 'linkId'>,
  attendant: string,
): Promise<void> {
  await sql`
    update fairlead.link_watch set has_news = true
    where workspace_id = ${workspaceId} and link_id = ${linkId} and attendant = ${attendant}`.execute(tx)
}
