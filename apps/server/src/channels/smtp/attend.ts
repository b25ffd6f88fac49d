import type { AttendEnd } from '../channel.ts'
import type { SmtpConnecting, SmtpLink } from './connect.ts'
import { openMailbox } from './mailbox.ts'

/** A silent connection is asked for a sign of life this often, well before anything on the way forgets it. */
const silenceMs = 4 * 60_000
/** A server that ends each wait at once does not really have it. */
const shortestMs = 1_000

/**
 * Waits at INBOX by IDLE (RFC 2177). The folder is examined, not selected: nothing there is changed. Calls `tell`
 * when it begins to hear, because of what came before, and at every mail.
 */
export async function attendMailbox(
  { link, connecting }: { readonly link: SmtpLink; readonly connecting: SmtpConnecting },
  tell: () => void,
  signal: AbortSignal,
): Promise<AttendEnd> {
  if (link.settings.imap === null) return 'unable'
  const client = await openMailbox(link, connecting, signal, { silenceMs })
  try {
    if (!client.capabilities.has('IDLE')) return 'unable'
    await client.mailboxOpen('INBOX', { readOnly: true })
    client.on('exists', tell)
    tell()
    while (client.usable && client.mailbox !== false && !signal.aborted) {
      const began = performance.now()
      // Ends at each sign of life, and when the server refuses it or hangs up.
      const answer = await client.idle()
      if (!client.usable || signal.aborted) return 'lost'
      if (answer === false || performance.now() - began < shortestMs) return 'unable'
    }
    return 'lost'
  } finally {
    await client.logout().catch(() => client.close())
  }
}
