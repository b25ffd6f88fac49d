import { sql } from 'kysely'
import type { Observation, Observed } from '../../channels/channel.ts'
import { scriptedLinkChannel } from '../../channels/testing/scripted-link-channel.ts'
import { asEngine } from '../../platform/database/as-role.ts'
import type { Db } from '../../platform/database/connect.ts'
import { type LinkId, newId } from '../../platform/ids.ts'
import type { SeededWorkspace } from '../../testing/seed-workspace.ts'
import { type MailboxWatcher, startMailboxWatcher } from '../start-mailbox-watcher.ts'
import { testHosts } from './start-test-inbound.ts'

export interface MailToPut {
  readonly raw: string
  readonly threadId?: string
  /** Default: one of its own. */
  readonly key?: string
}

/** A mailbox without a wire: what was put in is shown after the cursor, in its order. */
export class TestMailbox {
  readonly linkId: LinkId
  readonly mails: Observation[] = []
  /** Keys of the mails that were read whole. */
  readonly read: string[] = []
  /** Cursors that looks began from. */
  readonly cursors: (string | null)[] = []
  /** Throws, or answers another thing than the mailbox would. */
  trouble: ((cursor: string | null) => Observed | { failed: { code: 'link.login' } } | null) | null = null
  /** Mails that cannot be read. */
  readonly unreadable = new Set<string>()

  constructor(linkId: LinkId) {
    this.linkId = linkId
  }

  put(mail: MailToPut): string {
    const dedupeKey = mail.key ?? `mail-${this.mails.length + 1}`
    const bytes = Buffer.from(mail.raw)
    this.mails.push({
      dedupeKey,
      receivedAt: new Date(),
      head: bytes.subarray(0, bytes.indexOf('\r\n\r\n')),
      ...(mail.threadId === undefined ? {} : { threadId: mail.threadId }),
      read: () => {
        if (this.unreadable.has(dedupeKey)) return Promise.reject(new Error('the connection broke'))
        this.read.push(dedupeKey)
        return Promise.resolve(bytes)
      },
    })
    return dedupeKey
  }

  look(cursor: string | null): Observed | { failed: { code: 'link.login' } } {
    this.cursors.push(cursor)
    const other = this.trouble?.(cursor) ?? null
    if (other !== null) return other
    const from = cursor === null ? this.mails.length : Number(cursor)
    const seen = this.mails.slice(from, from + 200)
    const next = from + seen.length
    return { seen, next: String(next), isMore: next < this.mails.length }
  }
}

/** A link of the workspace with a mailbox. */
export async function openMailbox(db: Db, seeded: SeededWorkspace): Promise<TestMailbox> {
  const id = newId('link')
  await asEngine(db, tx =>
    sql`insert into fairlead.link (workspace_id, id, member_id, kind, name, settings)
        values (${seeded.workspaceId}, ${id}, ${seeded.memberId}, 'smtp', 'Mailbox', '{"host":"mail.example"}')`.execute(
      tx,
    ),
  )
  return new TestMailbox(id)
}

export interface TestWatcher {
  readonly watcher: MailboxWatcher
  readonly warnings: object[]
}

/** Watches these mailboxes with the shortest times. */
export function watchMailboxes(db: Db, boxes: readonly TestMailbox[], onStored: () => void): TestWatcher {
  const warnings: object[] = []
  const channel = scriptedLinkChannel({
    observe: (link, cursor) =>
      Promise.resolve().then(() => {
        const box = boxes.find(one => one.linkId === link.id)
        return box?.look(cursor) ?? { failed: { code: 'link.gone' as const } }
      }),
  })
  const watcher = startMailboxWatcher({
    ...{ db, keys: testHosts.keys, mailDomain: testHosts.mailDomain, onStored },
    channels: new Map([['smtp', channel]]),
    log: { warn: facts => void warnings.push(facts) },
    openLink: link => ({ ...link, withSecret: () => Promise.reject(new Error('no secret here')) }),
    ...{ everyMs: 20, pollMs: 10, mostAttended: 0 },
  })
  return { watcher, warnings }
}
