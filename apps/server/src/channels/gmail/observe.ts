import type { Reason } from '@fairlead/bounce'
import addressparser from 'nodemailer/lib/addressparser'
import { z } from 'zod'
import type { AccountSettings } from '../account-settings.ts'
import type { ApiResult, ApiTrouble } from '../api-trouble.ts'
import type { ChannelLink, Observation, Observed, SentElsewhere } from '../channel.ts'
import { lookBackFrom } from '../look-back.ts'
import { markerField } from '../provider-message.ts'
import { sentElsewhere } from '../sent-elsewhere.ts'
import { hasTrouble, isGone, withToken } from '../with-token.ts'
import type { GmailApi, GmailMetadata } from './gmail-api.ts'
import { outcomeOf } from './outcomes.ts'
import { headerOf } from './receipt.ts'
import type { OpenApi } from './send.ts'

/**
 * history: read up to here; seenAt: for a look back, ms since 1970; back: such a look is under way, over what came since
 * then, seconds since 1970; page: where the history, or the look back, goes on.
 */
const cursorForm = z.object({
  ...{ history: z.string(), seenAt: z.number() },
  ...{ back: z.number().optional(), page: z.string().optional() },
})
type Cursor = z.output<typeof cursorForm>

type Answer = Observed | { readonly trouble: ApiTrouble }

/**
 * Reads what the mailbox's history added since the cursor: https://developers.google.com/workspace/gmail/api/guides/sync.
 * Drafts are nobody's mail. What was sent without us is counted; after a history that is gone it is not, for the same
 * could be counted twice.
 */
export async function observeMailbox(
  link: ChannelLink<AccountSettings>,
  cursor: string | null,
  openApi: OpenApi,
  signal: AbortSignal,
): Promise<Observed | { readonly failed: Reason }> {
  const answer = await withToken<Observed>(link, async access => {
    const api = openApi(access, signal)
    const readerOf = reader(link, openApi)
    // A channel that was connected just now may have sent already, and had an answer, before anybody looked.
    if (cursor === null) return await beginLookBack(api, { seenAt: Date.now() }, readerOf)
    const at = cursorForm.parse(JSON.parse(cursor))
    return await go(api, { cursor: at, account: link.settings.address }, readerOf)
  })
  if (!hasTrouble(answer)) return answer
  const outcome = outcomeOf(answer.trouble, false)
  return { failed: 'reason' in outcome ? outcome.reason : { code: 'local.error' } }
}

const observed = (seen: readonly Observation[], next: Cursor, isMore: boolean): Observed => ({
  ...{ seen, isMore, next: JSON.stringify(next) },
})

type Read = (id: string) => Observation['read']

async function go(
  api: GmailApi,
  { cursor, account }: { readonly cursor: Cursor; readonly account: string },
  readerOf: Read,
): Promise<Answer> {
  if (cursor.back !== undefined) return await lookBack(api, cursor, { since: cursor.back, readerOf })
  const read = await fromPage(cursor.page, page => api.history(cursor.history, page))
  if (read.is === 'trouble') return isGone(read.trouble) ? await beginLookBack(api, cursor, readerOf) : read
  const { history, nextPageToken, historyId } = read.value
  const added = history.flatMap(({ messagesAdded }) => messagesAdded)
  const idsOf = (fits: (labels: readonly string[]) => boolean) => [
    ...new Set(added.filter(({ message }) => fits(message.labelIds)).map(({ message }) => message.id)),
  ]
  const seen = await observations(api, idsOf(isArrival), readerOf)
  if ('trouble' in seen) return seen
  const sent = await listSentElsewhere(api, account, idsOf(isSent))
  if ('trouble' in sent) return sent
  const next =
    nextPageToken === undefined ? { history: historyId } : { history: cursor.history, page: nextPageToken }
  return {
    ...observed(seen, { ...next, seenAt: Date.now() }, nextPageToken !== undefined),
    sentElsewhere: sent,
  }
}

/** A page that is not told any more (400) is begun anew: what was seen is seen again, and kept once. */
async function fromPage<T>(
  page: string | undefined,
  ask: (page?: string) => Promise<ApiResult<T>>,
): Promise<ApiResult<T>> {
  const read = await ask(page)
  const isStale =
    page !== undefined &&
    read.is === 'trouble' &&
    'answer' in read.trouble &&
    read.trouble.answer.status === 400
  return isStale ? await ask() : read
}

/** The state of the mailbox is read first, so that what comes while we look back is told by its history. */
async function beginLookBack(
  api: GmailApi,
  { seenAt }: Pick<Cursor, 'seenAt'>,
  readerOf: Read,
): Promise<Answer> {
  const profile = await api.profile()
  if (profile.is === 'trouble') return profile
  const since = Math.floor(lookBackFrom(seenAt) / 1_000)
  return await lookBack(api, { history: profile.value.historyId, seenAt }, { since, readerOf })
}

async function lookBack(
  api: GmailApi,
  { history, seenAt, page }: Cursor,
  { since, readerOf }: { readonly since: number; readonly readerOf: Read },
): Promise<Answer> {
  const query = `after:${since} -in:sent -in:drafts -in:chats`
  const listed = await fromPage(page, from => api.newest(query, from))
  if (listed.is === 'trouble') return listed
  const { messages, nextPageToken } = listed.value
  const seen = await observations(api, messages.map(({ id }) => id).toReversed(), readerOf)
  if ('trouble' in seen) return seen
  if (nextPageToken === undefined) return observed(seen, { history, seenAt: Date.now() }, false)
  return observed(seen, { history, seenAt, back: since, page: nextPageToken }, true)
}

const isArrival = (labels: readonly string[]): boolean =>
  !labels.some(label => ['SENT', 'DRAFT', 'CHAT', 'TRASH'].includes(label))

const isSent = (labels: readonly string[]): boolean =>
  labels.includes('SENT') && !labels.includes('DRAFT') && !labels.includes('CHAT')

/** Of these sent mails the ones without a mark of ours. */
async function listSentElsewhere(
  api: GmailApi,
  account: string,
  ids: readonly string[],
): Promise<SentElsewhere[] | { readonly trouble: ApiTrouble }> {
  const sent: SentElsewhere[] = []
  for (const id of ids) {
    const mail = await api.metadata(id, [markerField, 'To', 'Cc', 'Bcc'])
    if (mail.is === 'trouble') {
      if (isGone(mail.trouble)) continue
      return mail
    }
    if (headerOf(mail.value, markerField.toLowerCase()) !== '') continue
    const to = ['to', 'cc', 'bcc'].flatMap(name => addressesOf(headerOf(mail.value, name)))
    sent.push(sentElsewhere(account, { at: new Date(Number(mail.value.internalDate)), to }))
  }
  return sent
}

const addressesOf = (value: string): string[] =>
  addressparser(value, { flatten: true }).map(({ address }) => address)

async function observations(
  api: GmailApi,
  ids: readonly string[],
  readerOf: Read,
): Promise<Observation[] | { readonly trouble: ApiTrouble }> {
  const seen: Observation[] = []
  for (const id of ids) {
    const message = await api.metadata(id)
    if (message.is === 'ok') {
      if (isArrival(message.value.labelIds)) seen.push(observationOf(message.value, readerOf(id)))
    } else if (!isGone(message.trouble)) return message
  }
  return seen
}

function observationOf(message: GmailMetadata, read: Observation['read']): Observation {
  const head = message.payload.headers.map(
    ({ name, value }) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`,
  )
  return {
    ...{ dedupeKey: message.id, receivedAt: new Date(Number(message.internalDate)), read },
    ...{ head: Buffer.from(`${head.join('')}\r\n`), threadId: message.threadId },
  }
}

/** The whole mail, under the secret as it is when somebody wants it. */
function reader(link: ChannelLink<AccountSettings>, openApi: OpenApi): Read {
  return id => async signal => {
    const read = await withToken(link, access => openApi(access, signal).raw(id))
    if (!hasTrouble(read)) return Buffer.from(read.value.raw, 'base64url')
    if (isGone(read.trouble)) return null
    throw new Error('a mail of the mailbox cannot be read now')
  }
}
