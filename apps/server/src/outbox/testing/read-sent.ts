import { ImapFlow } from 'imapflow'
import type { MailServer } from '../../testing/start-mail-server.ts'

/** What the Sent folder holds, as the mailbox's owner sees it. */
export async function readSent(
  server: MailServer,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<string[]> {
  const client = new ImapFlow({
    ...{ host: server.dovecot.address, port: 993, secure: true, logger: false },
    auth: { user, pass: password },
    tls: { rejectUnauthorized: false },
  })
  await client.connect()
  try {
    await client.mailboxOpen('Sent', { readOnly: true })
    const found = await client.search({ all: true }, { uid: true })
    if (!found || found.length === 0) return []
    const mails = await client.fetchAll(found, { source: true, flags: true }, { uid: true })
    return mails.map(({ source }) => source?.toString() ?? '')
  } finally {
    await client.logout()
  }
}
