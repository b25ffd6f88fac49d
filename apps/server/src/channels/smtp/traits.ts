import type { CapabilityTopic, SmtpLinkSettings } from '@fairlead/contract'
import type { ChannelTraits } from '../channel.ts'

/** What a server takes that announces no limit: the common size of all channels (spec 2). */
const assumedBytes = 25 * 1024 * 1024
/** A server may announce more than anybody should send by mail. */
const mostBytes = 150 * 1024 * 1024
/** Microsoft 365 takes three at once from one mailbox; a smaller server is glad of it. */
const connections = 3

/** Settings, or nothing at all where kinds are compared. */
type KnownSettings = Partial<SmtpLinkSettings>

/** Bounces come home by our return path where it is wanted and the server did not refuse it. */
export function borrowsReturnPath({ borrowedReturnPath, measured }: KnownSettings): boolean {
  return borrowedReturnPath === true && measured?.takesForeignSender !== false
}

/** What holds for this server, as far as it was measured. */
export function smtpTraits(settings: KnownSettings): ChannelTraits {
  const { measured, imap, maxRecipients } = settings
  const borrows = borrowsReturnPath(settings)
  return {
    handsOver: borrows ? 'per-recipient' : 'per-message',
    fromAddress: 'identity',
    sentCopy: sentCopyOf(settings),
    bounces: borrows ? 'return-path' : imap ? 'mailbox' : 'unseen',
    replies: imap ? 'mailbox' : 'identity-mailbox',
    returnPath: borrows ? 'ours' : 'identity',
    signsDkim: true,
    isRelay: true,
    maxBytes: measured?.sizeLimit ? Math.min(measured.sizeLimit, mostBytes) : assumedBytes,
    connectionsPerLane: connections,
    unmeasured: unmeasuredOf(settings, borrows),
    ...(maxRecipients === undefined ? {} : { recipientsPerHandoff: maxRecipients }),
  }
}

function sentCopyOf({ measured, imap }: KnownSettings): ChannelTraits['sentCopy'] {
  if (measured?.filesSentCopy === true) return 'by-provider'
  return imap ? 'appended' : 'none'
}

/** Settings that were saved are of a link; without any there is nothing to measure. */
function unmeasuredOf({ host, measured, imap }: KnownSettings, borrows: boolean): CapabilityTopic[] {
  if (host === undefined) return []
  const isOpen: Partial<Record<CapabilityTopic, boolean>> = {
    'sent-copy': imap !== null && imap !== undefined && (measured?.filesSentCopy ?? null) === null,
    bounces: borrows && (measured?.takesForeignSender ?? null) === null,
    size: (measured?.sizeLimit ?? null) === null,
  }
  return (Object.keys(isOpen) as CapabilityTopic[]).filter(topic => isOpen[topic])
}
