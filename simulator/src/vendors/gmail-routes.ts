import { randomBytes } from 'node:crypto'
import type { Account, StoredMail } from './account.ts'
import { jsonOf, type SignedCall, type VendorAnswer, type VendorParts, type VendorRoute } from './call.ts'
import { findMail, gmailError, messageResource, minimal, notFound } from './gmail-shapes.ts'
import { fieldValue, idsIn, splitMail } from './mail-bytes.ts'
import { fileSent, recipientsOf, sendMail } from './send-mail.ts'

const scope = (name: string): string => `https://www.googleapis.com/auth/gmail.${name}`
const compose = [scope('compose'), scope('modify')]
const read = [scope('readonly'), scope('modify')]
const reads = [...read, scope('compose')]
const reference = 'https://developers.google.com/workspace/gmail/api/reference/rest/v1/users'
/** Recipients of one message by API: https://support.google.com/a/answer/166852 */
const mostRecipients = 500

/** The raw message and the thread of a request, by JSON or by upload (multipart/related or message/rfc822). */
function messageOf(call: SignedCall): { raw: Buffer; threadId?: string } | undefined {
  const type = String(call.headers['content-type'] ?? '')
  if (!call.path.startsWith('/upload/')) {
    const { raw, threadId } = (jsonOf(call).message ?? {}) as { raw?: string; threadId?: string }
    if (typeof raw !== 'string' || raw === '') return undefined
    return { raw: Buffer.from(raw, 'base64url'), ...(threadId ? { threadId } : {}) }
  }
  if (type.startsWith('message/rfc822')) return { raw: call.body }
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1]
  if (!boundary) return undefined
  const [, first, second] = splitBytes(call.body, `--${boundary}`)
  const [meta, raw] = [first, second].map(part => part && bodyOf(part))
  if (!meta || !raw) return undefined
  const { message } = JSON.parse(meta.toString('utf8')) as { message?: { threadId?: string } }
  return { raw, ...(message?.threadId ? { threadId: message.threadId } : {}) }
}

function splitBytes(bytes: Buffer, mark: string): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, from)) {
    parts.push(bytes.subarray(from, at))
    from = at + mark.length
  }
  return parts
}

/** Of one part: without its header and the line ends around it. */
function bodyOf(part: Buffer): Buffer {
  const start = part.indexOf('\r\n\r\n')
  return part.subarray(start + 4, part.length - 2)
}

async function createDraft(call: SignedCall, { world }: VendorParts): Promise<VendorAnswer> {
  const message = messageOf(call)
  if (!message)
    return gmailError(
      400,
      'invalidArgument',
      "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
    )
  const known = call.account.mails.some(mail => mail.threadId === message.threadId)
  if (message.threadId !== undefined && !known) return notFound()
  const mail = await world.put(call.account, { raw: message.raw, place: 'DRAFT', threadId: message.threadId })
  mail.draftId = `r${randomBytes(8).readBigUInt64BE()}`
  return { status: 200, json: { id: mail.draftId, message: minimal(mail) } }
}

const draftOf = (account: Account, id: unknown): StoredMail | undefined =>
  account.mails.find(mail => mail.draftId !== null && mail.draftId === id)

async function sendDraft(call: SignedCall, parts: VendorParts): Promise<VendorAnswer> {
  const { account } = call
  const mail = draftOf(account, jsonOf(call).id)
  if (!mail) return notFound()
  // Sending takes the draft away at once: of two calls one finds it.
  mail.draftId = null
  const raw = await parts.world.read(mail)
  const recipients = recipientsOf(raw)
  if (recipients.length === 0 || recipients.length > mostRecipients) {
    mail.draftId = String(jsonOf(call).id)
    return gmailError(
      400,
      'invalidArgument',
      recipients.length === 0 ? 'Recipient address required' : 'Too many recipients',
    )
  }
  const sent = await sendMail(
    { account, raw, keepsMessageId: !parts.settings.rewritesMessageId },
    (bytes, to) => parts.carry({ vendor: 'google', mailFrom: account.address, recipients: to, raw: bytes }),
  )
  await parts.world.remove(account, mail)
  return {
    status: 200,
    json: minimal(await fileSent(parts, { account, raw: sent, threadId: mail.threadId })),
  }
}

const pageOf = (query: URLSearchParams): { most: number; from: number } => ({
  most: Math.min(Number(query.get('maxResults') ?? 100), 500),
  from: Number(query.get('pageToken') ?? 0),
})
const invalidPage = (): VendorAnswer => gmailError(400, 'invalidArgument', 'Invalid pageToken')

function listHistory(call: SignedCall): VendorAnswer {
  const { account, query } = call
  const start = Number(query.get('startHistoryId'))
  if (!Number.isFinite(start) || start <= 0)
    return gmailError(400, 'invalidArgument', 'Invalid startHistoryId')
  if (start < account.forgottenUpTo) return notFound()
  const { most, from } = pageOf(query)
  if (Number.isNaN(from)) return invalidPage()
  const after = account.changes.filter(change => change.id > start && change.what === 'added')
  const page = after.slice(from, from + most)
  const history = page.map(change => {
    const message = { id: change.mailId, threadId: change.threadId }
    const labelIds = change.place === 'INBOX' ? ['UNREAD', 'INBOX'] : [change.place]
    return {
      id: String(change.id),
      messages: [message],
      messagesAdded: [{ message: { ...message, labelIds } }],
    }
  })
  return {
    status: 200,
    json: {
      ...(history.length > 0 ? { history } : {}),
      ...(from + most < after.length ? { nextPageToken: String(from + most) } : {}),
      historyId: String(account.lastChange),
    },
  }
}

/** Search knows `after:`, `in:sent` and `rfc822msgid:`; its index is as old as the settings say. */
async function listMessages(call: SignedCall, { world, settings }: VendorParts): Promise<VendorAnswer> {
  const { most, from } = pageOf(call.query)
  if (Number.isNaN(from)) return invalidPage()
  const q = call.query.get('q') ?? ''
  const after = Number(/after:(\d+)/.exec(q)?.[1] ?? 0) * 1_000
  const wanted = /rfc822msgid:<?([^\s>]+)/.exec(q)?.[1]
  const isSent = /(?<!-)\bin:sent/.test(q)
  const isNotSent = /-in:sent/.test(q)
  const indexedUntil = Date.now() - settings.searchLagMs
  const found: StoredMail[] = []
  for (const mail of call.account.mails) {
    if (mail.place === 'DRAFT' || mail.atMs <= after || mail.atMs > indexedUntil) continue
    if ((isSent && mail.place !== 'SENT') || (isNotSent && mail.place === 'SENT')) continue
    if (wanted !== undefined) {
      const { fields } = splitMail(await world.read(mail))
      if (!idsIn(fieldValue(fields, 'message-id')).includes(wanted)) continue
    }
    found.push(mail)
  }
  const messages = found
    .toReversed()
    .slice(from, from + most)
    .map(({ id, threadId }) => ({ id, threadId }))
  return {
    status: 200,
    json: {
      ...(messages.length > 0 ? { messages } : {}),
      ...(from + most < found.length ? { nextPageToken: String(from + most) } : {}),
      resultSizeEstimate: messages.length,
    },
  }
}

function listSendAs({ account }: SignedCall): VendorAnswer {
  const own = {
    ...{ sendAsEmail: account.address, displayName: account.name, replyToAddress: '', signature: '' },
    ...{ isPrimary: true, isDefault: true },
  }
  const others = account.aliases.map(({ address, name, isConfirmed }) => ({
    ...{ sendAsEmail: address, displayName: name, replyToAddress: '', signature: '', isDefault: false },
    ...{ treatAsAlias: true, verificationStatus: isConfirmed ? 'accepted' : 'pending' },
  }))
  return { status: 200, json: { sendAs: [own, ...others] } }
}

export const gmailRoutes: readonly VendorRoute[] = [
  {
    ...{
      method: 'GET',
      path: /^\/gmail\/v1\/users\/me\/profile$/,
      scopes: reads,
      source: `${reference}/getProfile`,
    },
    answer: ({ account }) => ({
      status: 200,
      json: {
        emailAddress: account.address,
        messagesTotal: account.mails.length,
        threadsTotal: new Set(account.mails.map(mail => mail.threadId)).size,
        historyId: String(account.lastChange),
      },
    }),
  },
  {
    ...{ method: 'POST', path: /^(?:\/upload)?\/gmail\/v1\/users\/me\/drafts$/, scopes: compose },
    ...{ source: `${reference}.drafts/create`, answer: createDraft },
  },
  {
    ...{ method: 'POST', path: /^\/gmail\/v1\/users\/me\/drafts\/send$/, scopes: compose },
    ...{ source: `${reference}.drafts/send`, answer: sendDraft },
  },
  {
    ...{
      method: 'GET',
      path: /^\/gmail\/v1\/users\/me\/drafts\/([^/]+)$/,
      scopes: reads,
      source: `${reference}.drafts/get`,
    },
    answer: async ({ account, parts: [id], query }, { world }) => {
      const mail = draftOf(account, id)
      return mail
        ? { status: 200, json: { id, message: await messageResource(world, mail, query) } }
        : notFound()
    },
  },
  {
    ...{
      method: 'DELETE',
      path: /^\/gmail\/v1\/users\/me\/drafts\/([^/]+)$/,
      scopes: compose,
      source: `${reference}.drafts/delete`,
    },
    answer: async ({ account, parts: [id] }, { world }) => {
      const mail = draftOf(account, id)
      if (!mail) return notFound()
      await world.remove(account, mail)
      return { status: 204 }
    },
  },
  {
    ...{ method: 'GET', path: /^\/gmail\/v1\/users\/me\/messages$/, scopes: read },
    ...{ source: `${reference}.messages/list`, answer: listMessages },
  },
  {
    ...{
      method: 'GET',
      path: /^\/gmail\/v1\/users\/me\/messages\/([^/]+)$/,
      scopes: read,
      source: `${reference}.messages/get`,
    },
    answer: async ({ account, parts: [id], query }, { world }) => {
      const mail = findMail(account, id)
      return mail ? { status: 200, json: await messageResource(world, mail, query) } : notFound()
    },
  },
  {
    ...{ method: 'GET', path: /^\/gmail\/v1\/users\/me\/history$/, scopes: read },
    ...{ source: `${reference}.history/list`, answer: listHistory },
  },
  {
    ...{ method: 'GET', path: /^\/gmail\/v1\/users\/me\/settings\/sendAs$/, scopes: read },
    ...{ source: `${reference}.settings.sendAs/list`, answer: listSendAs },
  },
]
