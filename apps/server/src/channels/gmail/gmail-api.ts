import { z } from 'zod'
import type { RestAnswer, RestClient, RestRequest } from '../../transports/rest/client.ts'
import { readJson } from '../../transports/rest/json.ts'
import type { OauthPlaces } from '../../transports/rest/oauth.ts'
import { type ApiResult, tryCall } from '../api-trouble.ts'

/** Where Google stands; https://developers.google.com/workspace/gmail/api/reference/rest */
export interface GooglePlaces {
  readonly oauth: OauthPlaces
  /** Without a slash at the end. */
  readonly api: string
}

const draft = z.object({ id: z.string(), message: z.object({ id: z.string(), threadId: z.string() }) })
const minimalDraft = z.object({ message: z.object({ historyId: z.string() }) })
const sentMessage = z.object({ id: z.string(), threadId: z.string() })
const metadata = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()).default([]),
  internalDate: z.string().default('0'),
  payload: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) }),
})
export type GmailMetadata = z.output<typeof metadata>
const rawMessage = z.object({ raw: z.string() })
const profile = z.object({ emailAddress: z.string(), historyId: z.string() })
const change = z.object({
  message: z.object({ id: z.string(), threadId: z.string(), labelIds: z.array(z.string()).default([]) }),
})
const history = z.object({
  history: z
    .array(
      z.object({
        id: z.string(),
        messagesAdded: z.array(change).default([]),
        labelsAdded: z.array(change).default([]),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
  historyId: z.string(),
})
export type GmailHistory = z.output<typeof history>
const messageList = z.object({
  messages: z.array(z.object({ id: z.string(), threadId: z.string() })).default([]),
  nextPageToken: z.string().optional(),
})
const sendAsList = z.object({
  sendAs: z
    .array(
      z.object({
        sendAsEmail: z.string(),
        displayName: z.string().default(''),
        isPrimary: z.boolean().default(false),
        verificationStatus: z.string().default('accepted'),
      }),
    )
    .default([]),
})

export type GmailSendAs = z.output<typeof sendAsList>

/** A message as it is uploaded; 8-bit clean, so that its size is known. */
export interface GmailUpload {
  readonly size: number
  readonly open: () => AsyncIterable<Uint8Array>
  readonly threadId?: string
}

/** JSON with the message in base64url up to here; above, the upload address, which takes it as it is. */
const smallBytes = 1_000_000
const uploadMs = 300_000
const largeAnswerBytes = 40_000_000

export type GmailApi = ReturnType<typeof gmailApi>

/** Gmail's interface for one access token. Every method is one call. */
export function gmailApi(rest: RestClient, places: GooglePlaces, access: string, signal: AbortSignal) {
  const base = `${places.api}/gmail/v1/users/me`
  const ask = <T>(
    schema: z.ZodType<T>,
    request: Pick<RestRequest, 'method' | 'url'> & Partial<RestRequest>,
  ): Promise<ApiResult<T>> =>
    tryCall(
      () =>
        rest.call({
          signal,
          ...request,
          headers: { authorization: `Bearer ${access}`, accept: 'application/json', ...request.headers },
        }),
      answer => readJson(answer, schema),
    )
  const get = <T>(path: string, schema: z.ZodType<T>, more: Partial<RestRequest> = {}) =>
    ask(schema, { ...more, method: 'GET', url: `${base}${path}` })
  return {
    profile: () => get('/profile', profile),
    createDraft: async (message: GmailUpload) => ask(draft, await draftRequest(places, base, message)),
    /** The history of the mailbox as of this draft. */
    draftState: (id: string) => get(`/drafts/${encodeURIComponent(id)}?format=minimal`, minimalDraft),
    sendDraft: (id: string, onSent: () => Promise<void> | undefined) =>
      ask(sentMessage, { ...json({ id }), method: 'POST', url: `${base}/drafts/send`, onSent }),
    deleteDraft: (id: string) =>
      tryCall(
        () =>
          rest.call({
            method: 'DELETE',
            url: `${base}/drafts/${encodeURIComponent(id)}`,
            headers: { authorization: `Bearer ${access}` },
            signal,
          }),
        (answer: RestAnswer) => answer,
      ),
    history: (startHistoryId: string, pageToken?: string) =>
      get(
        `/history?${new URLSearchParams([
          ['startHistoryId', startHistoryId],
          ['historyTypes', 'messageAdded'],
          ['historyTypes', 'labelAdded'],
          ...pageFields(pageToken),
        ])}`,
        history,
      ),
    /** `headers`: only these; none: all. */
    metadata: (id: string, headers: readonly string[] = []) =>
      get(
        `/messages/${encodeURIComponent(id)}?${new URLSearchParams([['format', 'metadata'], ...headers.map(name => ['metadataHeaders', name])])}`,
        metadata,
      ),
    raw: (id: string) =>
      get(`/messages/${encodeURIComponent(id)}?format=raw`, rawMessage, {
        maxAnswerBytes: largeAnswerBytes,
        timeoutMs: uploadMs,
      }),
    /** What this search finds, the newest first. */
    newest: (query: string, pageToken?: string) =>
      get(`/messages?${new URLSearchParams([['q', query], ...pageFields(pageToken)])}`, messageList),
    sendAs: () => get('/settings/sendAs', sendAsList),
  }
}

/** What a page tells is looked at one by one, well within a look's time. */
const pageFields = (pageToken?: string): [string, string][] => [
  ['maxResults', '100'],
  ...(pageToken === undefined ? [] : [['pageToken', pageToken] as [string, string]]),
]

const json = (value: unknown): Pick<RestRequest, 'body' | 'headers'> => ({
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
})

async function draftRequest(
  { api }: GooglePlaces,
  base: string,
  message: GmailUpload,
): Promise<Pick<RestRequest, 'method' | 'url' | 'body' | 'headers' | 'timeoutMs'>> {
  const { threadId, size } = message
  const thread = threadId === undefined ? {} : { threadId }
  if (size <= smallBytes) {
    const chunks: Uint8Array[] = []
    for await (const chunk of message.open()) chunks.push(chunk)
    const raw = Buffer.concat(chunks).toString('base64url')
    return { method: 'POST', url: `${base}/drafts`, ...json({ message: { raw, ...thread } }) }
  }
  return {
    method: 'POST',
    url: `${api}/upload/gmail/v1/users/me/drafts?uploadType=multipart`,
    timeoutMs: uploadMs,
    ...related(JSON.stringify({ message: thread }), message),
  }
}

/** multipart/related of metadata and message: https://developers.google.com/workspace/gmail/api/guides/uploads#multipart */
function related(meta: string, message: GmailUpload): Pick<RestRequest, 'body' | 'headers'> {
  const boundary = '=_fairlead_upload'
  const start = Buffer.from(
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${meta}\r\n--${boundary}\r\nContent-Type: message/rfc822\r\n\r\n`,
  )
  const end = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    headers: { 'content-type': `multipart/related; boundary="${boundary}"` },
    body: {
      size: start.length + message.size + end.length,
      async *open() {
        yield start
        yield* message.open()
        yield end
      },
    },
  }
}
