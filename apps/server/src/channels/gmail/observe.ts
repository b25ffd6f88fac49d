import type { Reason } from '@fairlead/bounce'
import addressparser from 'nodemailer/lib/addressparser'
import { z } from 'zod'
import type { AccountSettings } from '../account-settings.ts'
import type { ApiTrouble } from '../api-trouble.ts'
import type { ChannelLink, Observation, Observed, SentElsewhere } from '../channel.ts'
import { markerField } from '../provider-message.ts'
import { sentElsewhere } from '../sent-elsewhere.ts'
import { hasTrouble, isGone, withToken } from '../with-token.ts'
import type { GmailApi, GmailMetadata } from './gmail-api.ts'
import { outcomeOf } from './outcomes.ts'
import { headerOf } from './receipt.ts'
import type { OpenApi } from './send.ts'

/** history: read up to here; page: the rest of that page of the history; seenAt: for a look back, ms since 1970. */
const cursorForm = z.object({ history: z.string(), page: z.string().optional(), seenAt: z.number() })
type Cursor = z.output<typeof cursorForm>

/** A history that is too old is not told any more ("typically at least a week"): then so many days are looked at. */
const lookBackMs = 3 * 86_400_000
const mostAtOnce = 200

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
    if (cursor === null) return await begin(api)
    const at = cursorForm.parse(JSON.parse(cursor))
    return await go(api, { cursor: at, account: link.settings.address }, reader(link, openApi))
  })
  if (!hasTrouble(answer)) return answer
  const outcome = outcomeOf(answer.trouble, false)
  return { failed: 'reason' in outcome ? outcome.reason : { code: 'local.error' } }
}

const observed = (seen: readonly Observation[], next: Cursor, isMore: boolean): Observed => ({
  ...{ seen, isMore, next: JSON.stringify(next) },
})

async function begin(api: GmailApi): Promise<Answer> {
  const profile = await api.profile()
  if (profile.is === 'trouble') return profile
  return observed([], { history: profile.value.historyId, seenAt: Date.now() }, false)
}

type Read = (id: string) => Observation['read']

async function go(
  api: GmailApi,
  { cursor, account }: { readonly cursor: Cursor; readonly account: string },
  readerOf: Read,
): Promise<Answer> {
  const read = await api.history(cursor.history, cursor.page)
  if (read.is === 'trouble') return isGone(read.trouble) ? await lookBack(api, cursor, readerOf) : read
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

/** The state of the mailbox is read first, so that what comes while we look is told by the next call. */
async function lookBack(api: GmailApi, { seenAt }: Cursor, readerOf: Read): Promise<Answer> {
  const profile = await api.profile()
  if (profile.is === 'trouble') return profile
  const since = Math.floor(Math.max(seenAt - 600_000, Date.now() - lookBackMs) / 1_000)
  const listed = await api.newest(`after:${since} -in:sent -in:drafts -in:chats`, mostAtOnce)
  if (listed.is === 'trouble') return listed
  const seen = await observations(api, listed.value.messages.map(({ id }) => id).toReversed(), readerOf)
  if ('trouble' in seen) return seen
  return observed(seen, { history: profile.value.historyId, seenAt: Date.now() }, false)
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
