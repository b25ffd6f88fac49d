import { readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SmtpMailbox, smtpLinkSettings } from '@fairlead/contract'
import { sql } from 'kysely'
import { smtpChannel, smtpLink } from '../../channels/smtp/testing/smtp-link.ts'
import { asEngine } from '../../platform/database/as-role.ts'
import type { Db } from '../../platform/database/connect.ts'
import { type LinkId, newId } from '../../platform/ids.ts'
import { makeAuthority } from '../../testing/make-authority.ts'
import type { SeededWorkspace } from '../../testing/seed-workspace.ts'
import { startDovecot } from '../../testing/start-dovecot.ts'
import { a, startNameServer } from '../../transports/testing/name-server.ts'
import { startCuttingProxy } from '../../transports/testing/scripted-server.ts'
import { type MailboxWatcher, startMailboxWatcher } from '../start-mailbox-watcher.ts'
import { testHosts } from './start-test-inbound.ts'

const user = 'ann@sender.example'
const host = 'imap.sender.example'

/** What a process needs to watch the mailbox of an `ImapWorld`. */
export interface ImapPlace {
  readonly nameServer: string
  readonly authority: string
}

/** A real Dovecot behind a wire that can be cut, and a link whose mailbox it keeps. */
export interface ImapWorld {
  readonly place: ImapPlace
  readonly linkId: LinkId
  /** Puts a mail into INBOX, as a local delivery does. */
  put(raw: string): Promise<void>
  /** Mails in INBOX that somebody marked as read. */
  countRead(): Promise<number>
  /** The server forgets its numbers, and gives new ones under another UIDVALIDITY. */
  numberAnew(): Promise<void>
  /** Hangs up at the next byte of each connection, until it is mended. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function openImapWorld(
  db: Db,
  seeded: SeededWorkspace,
  { dovecotSettings = '' }: { readonly dovecotSettings?: string } = {},
): Promise<ImapWorld> {
  const authority = await makeAuthority()
  const dovecot = await startDovecot({
    users: { [user]: 'secret' },
    certificate: await authority.issue([host]),
    settings: dovecotSettings,
  })
  const wire = await startCuttingProxy({ address: dovecot.address, port: 993 })
  const names = await startNameServer({ [`A ${host}`]: [a(host, '127.0.0.1')] })
  const linkId = await insertLink(db, seeded, { host, port: wire.port, encryption: 'tls', user })
  const folder = join(dovecot.mailFolder, user.replace(/@.*$/, ''))
  let count = 0
  return {
    place: { nameServer: names.address, authority: authority.certificate },
    linkId,
    async put(raw) {
      count += 1
      const name = `${Date.now()}.${count}.test`
      await writeFile(join(folder, 'tmp', name), raw, { mode: 0o666 })
      await rename(join(folder, 'tmp', name), join(folder, 'new', name))
    },
    async countRead() {
      const names = await readdir(join(folder, 'cur'))
      return names.filter(name => /:2,.*S/.test(name)).length
    },
    numberAnew: () => dovecot.numberAnew(user),
    cut: () => wire.cutWhen(() => true),
    mend: () => wire.cutWhen(null),
    async close() {
      await dovecot.stop()
      await wire.close()
      await names.close()
    },
  }
}

async function insertLink(db: Db, seeded: SeededWorkspace, imap: SmtpMailbox): Promise<LinkId> {
  const id = newId('link')
  const settings = smtpLinkSettings.parse({ host: 'mail.sender.example', user, imap })
  await asEngine(db, tx =>
    sql`insert into fairlead.link (workspace_id, id, member_id, kind, name, settings)
        values (${seeded.workspaceId}, ${id}, ${seeded.memberId}, 'smtp', 'Office', ${JSON.stringify(settings)}::jsonb)`.execute(
      tx,
    ),
  )
  return id
}

/** Watches mailboxes over the real wire, as the role does. */
export function watchOverImap(
  db: Db,
  { nameServer, authority }: ImapPlace,
  more: { readonly everyMs: number; readonly mostAttended?: number; readonly onStored?: () => void },
): MailboxWatcher {
  const { everyMs, mostAttended = 10, onStored = () => undefined } = more
  return startMailboxWatcher({
    ...{ db, keys: testHosts.keys, mailDomain: testHosts.mailDomain, onStored },
    channels: new Map([['smtp', smtpChannel({ dnsServer: nameServer, authority })]]),
    log: { warn: () => undefined },
    openLink: ({ settings }) => smtpLink(smtpLinkSettings.parse(settings)),
    ...{ everyMs, mostAttended, pollMs: 50 },
  })
}
