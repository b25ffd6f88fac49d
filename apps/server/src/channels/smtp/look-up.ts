import type { Receipt, TriedHandoff } from '../channel.ts'
import type { SmtpConnecting, SmtpLink } from './connect.ts'
import { findSentFolder, withMailbox } from './mailbox.ts'
import { holds } from './measure.ts'

/**
 * A server that files a copy of what it took can be asked there: found is proof that it took the mail. Not found proves
 * nothing, because the copy may come late, and where we file the copies ourselves there is nothing to ask.
 */
export async function lookUpSent(
  { link, connecting }: { readonly link: SmtpLink; readonly connecting: SmtpConnecting },
  { messageId }: TriedHandoff,
  signal: AbortSignal,
): Promise<Receipt | 'not-sent' | 'cannot-tell'> {
  const { imap, measured } = link.settings
  if (imap === null || measured.filesSentCopy !== true || measured.keepsMessageId === false)
    return 'cannot-tell'
  try {
    return await withMailbox(link, connecting, signal, async client => {
      const sent = await findSentFolder(client, imap)
      if (sent === null) return 'cannot-tell'
      await client.mailboxOpen(sent, { readOnly: true })
      return (await holds(client, { 'Message-ID': messageId })) ? { messageId } : 'cannot-tell'
    })
  } catch {
    return 'cannot-tell'
  }
}
