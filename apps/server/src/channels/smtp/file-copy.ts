import type { SentCopy, SentCopyResult } from '../channel.ts'
import type { SmtpConnecting, SmtpLink } from './connect.ts'
import { findSentFolder, mailboxReason, withMailbox } from './mailbox.ts'
import { holds } from './measure.ts'

const usualFolder = 'Sent'

/**
 * Puts a copy into the Sent folder unless one is there: the server's own, or ours of a try whose end nobody saw. The
 * header field X-Fairlead-Ref tells, because a server may change the Message-ID.
 */
export async function fileSentCopy(
  { link, connecting }: { readonly link: SmtpLink; readonly connecting: SmtpConnecting },
  copy: SentCopy,
  signal: AbortSignal,
): Promise<SentCopyResult> {
  const { imap } = link.settings
  if (imap === null) return { is: 'no-folder' }
  try {
    return await withMailbox(link, connecting, signal, async (client): Promise<SentCopyResult> => {
      const found = await findSentFolder(client, imap)
      if (found === null && imap.sentFolder !== undefined) return { is: 'no-folder' }
      const folder = found ?? (await client.mailboxCreate(usualFolder)).path
      await client.mailboxOpen(folder, { readOnly: true })
      if (await holds(client, { 'X-Fairlead-Ref': copy.ref })) return { is: 'filed', wasThere: true }
      const content = Buffer.from(await copy.content(), 'utf8')
      const appended = await client.append(folder, content, ['\\Seen'], copy.sentAt)
      return appended
        ? { is: 'filed', wasThere: false }
        : { is: 'later', reason: { code: 'transport.network' } }
    })
  } catch (error) {
    return { is: 'later', reason: mailboxReason(error, imap) }
  }
}
