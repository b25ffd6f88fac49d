import type { Reason } from '@fairlead/bounce'
import { z } from 'zod'
import type { AccountSettings } from '../account-settings.ts'
import type { ApiTrouble } from '../api-trouble.ts'
import type { ChannelLink, Observation, Observed } from '../channel.ts'
import { lookBackFrom } from '../look-back.ts'
import { hasTrouble, isGone, withToken } from '../with-token.ts'
import type { GraphApi, GraphArrival } from './graph-api.ts'
import { isoSecond, listSentElsewhere } from './list-sent-elsewhere.ts'
import { outcomeOf } from './outcomes.ts'
import type { OpenApi } from './send.ts'

/** link: where the next page or the next change is told; sent: the same of Sent Items; seenAt: for a look back, ISO 8601. */
const cursorForm = z.object({ link: z.string(), seenAt: z.string(), sent: z.string().optional() })
type Cursor = z.output<typeof cursorForm>

const clockMs = 300_000

type Answer = (Omit<Observed, 'next'> & { readonly next: Cursor }) | { readonly trouble: ApiTrouble }

/** Reads what came to the Inbox, and what left without us, since the cursor: https://learn.microsoft.com/graph/delta-query-messages */
export async function observeMailbox(
  link: ChannelLink<AccountSettings>,
  cursor: string | null,
  openApi: OpenApi,
  signal: AbortSignal,
): Promise<Observed | { readonly failed: Reason }> {
  const answer = await withToken<Observed>(link, async access => {
    const api = openApi(access, signal)
    const at = cursor === null ? null : cursorForm.parse(JSON.parse(cursor))
    const read = await go(api, at, id => readRaw(link, openApi, id))
    if ('trouble' in read) return read
    const sent = await listSentElsewhere(api, { account: link.settings.address, ...at })
    return {
      ...{ seen: read.seen, isMore: read.isMore || sent.isMore, sentElsewhere: sent.mails },
      next: JSON.stringify({ ...read.next, ...(sent.link === undefined ? {} : { sent: sent.link }) }),
    }
  })
  if (!hasTrouble(answer)) return answer
  const outcome = outcomeOf(answer.trouble, false)
  return { failed: 'reason' in outcome ? outcome.reason : { code: 'local.error' } }
}

type Read = (id: string) => Observation['read']

async function go(api: GraphApi, cursor: Cursor | null, readerOf: Read): Promise<Answer> {
  const now = isoSecond(Date.now())
  // Our clock may be ahead of theirs, and mail that came in between would never be told.
  if (cursor === null)
    return await readPage(api, { link: null, since: isoSecond(Date.now() - clockMs), now }, readerOf)
  const read = await readPage(api, { link: cursor.link, since: cursor.seenAt, now }, readerOf)
  const isLost = 'trouble' in read && 'answer' in read.trouble && read.trouble.answer.status === 410
  if (!isLost) return read
  const since = isoSecond(lookBackFrom(Date.parse(cursor.seenAt)))
  return await readPage(api, { link: null, since, now }, readerOf)
}

async function readPage(
  api: GraphApi,
  from: { readonly link: string | null; readonly since: string; readonly now: string },
  readerOf: Read,
): Promise<Answer> {
  const read = await api.delta(from.link, from.since)
  if (read.is === 'trouble') return read
  const page = read.value
  const seen: Observation[] = []
  for (const { id, '@removed': removed } of page.value) {
    if (removed !== undefined) continue
    const mail = await api.arrival(id)
    if (mail.is === 'ok') {
      if (!mail.value.isDraft) seen.push(observationOf(mail.value, readerOf(id)))
    } else if (!isGone(mail.trouble)) return mail
  }
  const isMore = page['@odata.nextLink'] !== undefined
  const next = page['@odata.nextLink'] ?? page['@odata.deltaLink'] ?? ''
  return {
    seen,
    // Until all pages are seen, a look back would have to begin where this one did.
    next: { link: next, seenAt: isMore ? from.since : from.now },
    isMore,
  }
}

function observationOf(mail: GraphArrival, read: Observation['read']): Observation {
  const head = (mail.internetMessageHeaders ?? []).map(
    ({ name, value }) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`,
  )
  return {
    ...{ dedupeKey: mail.id, receivedAt: new Date(mail.receivedDateTime ?? Date.now()), read },
    head: Buffer.from(`${head.join('')}\r\n`),
    ...(mail.conversationId ? { threadId: mail.conversationId } : {}),
  }
}

/** The whole mail, under the secret as it is when somebody wants it. */
function readRaw(link: ChannelLink<AccountSettings>, openApi: OpenApi, id: string): Observation['read'] {
  return async signal => {
    const read = await withToken(link, access => openApi(access, signal).raw(id))
    if (!hasTrouble(read)) return read.value
    if (isGone(read.trouble)) return null
    throw new Error('a mail of the mailbox cannot be read now')
  }
}
