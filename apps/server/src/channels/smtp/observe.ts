import { createHash } from 'node:crypto'
import type { Reason } from '@fairlead/bounce'
import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { z } from 'zod'
import type { Observation, Observed } from '../channel.ts'
import { lookBackFrom } from '../look-back.ts'
import type { SmtpConnecting, SmtpLink } from './connect.ts'
import { mailboxReason, withMailbox } from './mailbox.ts'

/** UIDs count only under one UIDVALIDITY (RFC 9051 §2.3.1.1); seenAt: when the mailbox was last looked at. */
const cursorForm = z.object({ uidValidity: z.string(), uidNext: z.int(), seenAt: z.number() })
type Cursor = z.output<typeof cursorForm>

/** Of these the ones that may be ours are read one by one, all within a look's time. */
const mostAtOnce = 100
const dayMs = 86_400_000
/** A channel that was connected just now may have sent already, and had a bounce, before anybody looked. */
const beginBackMs = 10 * 60_000
const mostMailBytes = 40 * 1024 * 1024

/**
 * What came to INBOX since the cursor. The folder is examined, not selected, and all is peeked at: nothing is marked
 * as read (RFC 9051 §6.3.3, §6.4.5). When the server numbered its mail anew, what came since the last look is looked at
 * again; what was seen before is known by its key.
 */
export async function observeMailbox(
  { link, connecting }: { readonly link: SmtpLink; readonly connecting: SmtpConnecting },
  cursor: string | null,
  signal: AbortSignal,
): Promise<Observed | { readonly failed: Reason }> {
  const { imap } = link.settings
  if (imap === null) return { failed: { code: 'link.gone', reply: 'This delivery channel has no mailbox' } }
  try {
    return await withMailbox(link, connecting, signal, client =>
      look(client, cursor === null ? null : cursorForm.parse(JSON.parse(cursor)), uid =>
        reader({ link, connecting }, uid),
      ),
    )
  } catch (error) {
    if (signal.aborted) return { failed: { code: 'local.error', reply: 'stopped by this side' } }
    return { failed: mailboxReason(error, imap) }
  }
}

interface Place {
  readonly uid: number
  readonly uidValidity: string
}

async function look(
  client: ImapFlow,
  cursor: Cursor | null,
  readerFor: (place: Place) => Observation['read'],
): Promise<Observed> {
  const inbox = await client.mailboxOpen('INBOX', { readOnly: true })
  const uidValidity = String(inbox.uidValidity)
  const here: Cursor = { uidValidity, uidNext: inbox.uidNext, seenAt: Date.now() }
  if (cursor === null) {
    const lately = (await uidsSince(client, here.seenAt)).slice(-mostAtOnce)
    const seen =
      lately.length === 0 ? [] : await observe(client, lately, uid => readerFor({ uid, uidValidity }))
    const begin = here.seenAt - beginBackMs
    const since = seen.filter(({ receivedAt }) => receivedAt.getTime() >= begin)
    return { seen: since, next: JSON.stringify(here), isMore: false }
  }
  const isSame = cursor.uidValidity === uidValidity
  const uids = isSame ? await newUids(client, cursor.uidNext) : await uidsSince(client, cursor.seenAt)
  const taken = uids.slice(0, mostAtOnce)
  const last = taken.at(-1)
  // The rest is above the last one's number, whatever the server numbered anew.
  const isMore = uids.length > taken.length
  const seen = taken.length === 0 ? [] : await observe(client, taken, uid => readerFor({ uid, uidValidity }))
  const next =
    isMore && last !== undefined
      ? { ...here, uidNext: last + 1 }
      : { ...here, uidNext: Math.max(here.uidNext, (last ?? 0) + 1) }
  return { seen, next: JSON.stringify(next), isMore }
}

async function newUids(client: ImapFlow, from: number): Promise<number[]> {
  const found = await client.search({ uid: `${from}:*` }, { uid: true })
  // "n:*" holds the last mail even where its number is below n.
  return (found || []).filter(uid => uid >= from).toSorted((a, b) => a - b)
}

/** Oldest first. SINCE knows days only, in the server's own zone. */
async function uidsSince(client: ImapFlow, seenAt: number): Promise<number[]> {
  const found = await client.search({ since: new Date(lookBackFrom(seenAt, dayMs)) }, { uid: true })
  return (found || []).toSorted((a, b) => a - b)
}

async function observe(
  client: ImapFlow,
  uids: readonly number[],
  readerFor: (uid: number) => Observation['read'],
): Promise<Observation[]> {
  const fetched = await client.fetchAll(
    uids.join(','),
    { uid: true, headers: true, internalDate: true },
    { uid: true },
  )
  return fetched
    .toSorted((a, b) => a.uid - b.uid)
    .flatMap(mail => (mail.headers ? [observationOf(mail, mail.headers, readerFor)] : []))
}

function observationOf(
  mail: FetchMessageObject,
  head: Buffer,
  readerFor: (uid: number) => Observation['read'],
): Observation {
  return {
    // By content, because numbers may change and a mail may be moved away and back.
    dedupeKey: `imap:${createHash('sha256').update(head).digest('hex')}`,
    receivedAt: mail.internalDate ? new Date(mail.internalDate) : new Date(),
    head,
    read: readerFor(mail.uid),
  }
}

/** Reads one mail whole, later and over a connection of its own; null: it is gone, or larger than anybody sends. */
function reader(
  { link, connecting }: { readonly link: SmtpLink; readonly connecting: SmtpConnecting },
  { uid, uidValidity }: Place,
): Observation['read'] {
  return signal =>
    withMailbox(link, connecting, signal, async client => {
      const inbox = await client.mailboxOpen('INBOX', { readOnly: true })
      if (String(inbox.uidValidity) !== uidValidity) return null
      const sized = await client.fetchOne(String(uid), { uid: true, size: true }, { uid: true })
      if (!sized || (sized.size ?? 0) > mostMailBytes) return null
      const mail = await client.fetchOne(String(uid), { uid: true, source: true }, { uid: true })
      return mail ? (mail.source ?? null) : null
    })
}
