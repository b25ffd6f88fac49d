import { z } from 'zod'
import type { RestAnswer, RestClient, RestRequest } from '../../transports/rest/client.ts'
import { readJson } from '../../transports/rest/json.ts'
import { type ApiResult, tryCall } from '../api-trouble.ts'
import { pieceBytes } from './limits.ts'

/** Where Microsoft stands; https://learn.microsoft.com/graph/api/overview */
export interface MicrosoftPlaces {
  /** https://login.microsoftonline.com, without a slash at the end. */
  readonly login: string
  /** https://graph.microsoft.com, without a slash at the end. */
  readonly graph: string
}

const message = z.object({
  id: z.string(),
  isDraft: z.boolean().default(false),
  internetMessageId: z.string().nullish(),
  conversationId: z.string().nullish(),
})
export type GraphMessage = z.output<typeof message>
const arrived = z.object({
  id: z.string(),
  conversationId: z.string().nullish(),
  receivedDateTime: z.string().optional(),
  isDraft: z.boolean().default(false),
  internetMessageHeaders: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
})
export type GraphArrival = z.output<typeof arrived>
const person = z.object({ emailAddress: z.object({ address: z.string().nullish() }) })
const sent = z.object({
  isDraft: z.boolean().default(false),
  sentDateTime: z.string().nullish(),
  toRecipients: z.array(person).default([]),
  ccRecipients: z.array(person).default([]),
  bccRecipients: z.array(person).default([]),
  singleValueExtendedProperties: z.array(z.object({ id: z.string() })).nullish(),
})
export type GraphSent = z.output<typeof sent>
const page = z.object({
  value: z.array(z.object({ id: z.string(), '@removed': z.unknown().optional() })),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
})
const found = z.object({ value: z.array(message) })
const me = z.object({
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().default(''),
  proxyAddresses: z.array(z.string()).nullish(),
})
export type GraphMe = z.output<typeof me>
const uploadSession = z.object({ uploadUrl: z.string() })

/** Ids that stay when a draft is sent and moved: https://learn.microsoft.com/graph/outlook-immutable-id */
const immutable = { prefer: 'IdType="ImmutableId"' }
const select = '$select=id,isDraft,internetMessageId,conversationId'
const uploadMs = 300_000
const largeAnswerBytes = 40_000_000
const rowsOfPage = 50

export interface AddedFile {
  readonly name: string
  readonly contentType: string
  readonly content: Buffer
}

/** What a draft is given beside its MIME. */
export interface DraftFacts {
  readonly from: { readonly address: string; readonly name: string } | null
  readonly property: { readonly id: string; readonly value: string }
}

export type GraphApi = ReturnType<typeof graphApi>

/** Graph's mail interface for one access token. Every method is one call, but for the pieces of an upload. */
export function graphApi(rest: RestClient, places: MicrosoftPlaces, access: string, signal: AbortSignal) {
  const calls = callsOf(rest, places, access, signal)
  return { ...draftCalls(calls), ...mailboxCalls(calls) }
}

type Calls = ReturnType<typeof callsOf>

/** What each call is made with: the token, ids that stay, where a message stands. */
function callsOf(rest: RestClient, places: MicrosoftPlaces, access: string, signal: AbortSignal) {
  const base = `${places.graph}/v1.0/me`
  const ask = (request: Partial<RestRequest> & Pick<RestRequest, 'method' | 'url'>) =>
    rest.call({
      signal,
      ...request,
      headers: { authorization: `Bearer ${access}`, ...immutable, ...request.headers },
    })
  const read = <T>(schema: z.ZodType<T>, request: Parameters<typeof ask>[0]): Promise<ApiResult<T>> =>
    tryCall(
      () => ask(request),
      answer => readJson(answer, schema),
    )
  const done = (request: Parameters<typeof ask>[0]) =>
    tryCall(
      () => ask(request),
      (answer: RestAnswer) => answer,
    )
  const at = (id: string, more = ''): string => `${base}/messages/${encodeURIComponent(id)}${more}`
  return { rest, signal, base, ask, read, done, at }
}

/** Writing drafts, sending them, and looking for what became of them. */
function draftCalls({ rest, signal, base, read, done, at }: Calls) {
  return {
    me: () =>
      read(me, { method: 'GET', url: `${base}?$select=displayName,mail,userPrincipalName,proxyAddresses` }),
    createDraft: (mime: Buffer) =>
      read(message, {
        ...{ method: 'POST', url: `${base}/messages`, body: mime.toString('base64'), timeoutMs: uploadMs },
        ...{ headers: { 'content-type': 'text/plain' }, maxAnswerBytes: largeAnswerBytes },
      }),
    describeDraft: (id: string, facts: DraftFacts) =>
      done({ method: 'PATCH', url: at(id), ...describing(facts), maxAnswerBytes: largeAnswerBytes }),
    addFile: (id: string, file: AddedFile) =>
      done({
        method: 'POST',
        url: at(id, '/attachments'),
        ...smallFile(file),
        timeoutMs: uploadMs,
        maxAnswerBytes: largeAnswerBytes,
      }),
    openUpload: (id: string, file: AddedFile) =>
      read(uploadSession, {
        method: 'POST',
        url: at(id, '/attachments/createUploadSession'),
        ...largeFile(file),
      }),
    putPiece: (url: string, piece: { content: Buffer; at: number; of: number }) =>
      // The address is the secret of an upload; a token sent along is refused.
      tryCall(
        () =>
          rest.call({
            method: 'PUT',
            url,
            signal,
            body: piece.content,
            timeoutMs: uploadMs,
            headers: {
              'content-range': `bytes ${piece.at}-${piece.at + piece.content.length - 1}/${piece.of}`,
            },
          }),
        answer => answer,
      ),
    sendDraft: (id: string, onSent: () => Promise<void> | undefined) =>
      done({ method: 'POST', url: at(id, '/send'), onSent }),
    get: (id: string) => read(message, { method: 'GET', url: at(id, `?${select}`) }),
    remove: (id: string) => done({ method: 'DELETE', url: at(id) }),
    findSent: (filter: string) =>
      read(found, {
        method: 'GET',
        url: `${base}/mailFolders/sentitems/messages?${select}&$top=5&$filter=${encodeURIComponent(filter)}`,
      }),
  }
}

/** What comes into the mailbox and what leaves it. */
function mailboxCalls({ base, ask, read, at }: Calls) {
  return {
    /** Where `link` leads, as an earlier answer said; null: from `since` (ISO 8601) on. */
    delta: (link: string | null, since: string) =>
      read(page, {
        method: 'GET',
        url:
          link ??
          `${base}/mailFolders/inbox/messages/delta?$select=id&$filter=${encodeURIComponent(`receivedDateTime ge ${since}`)}`,
        headers: { prefer: `${immutable.prefer}, odata.maxpagesize=${rowsOfPage}` },
      }),
    /** The same of what was put into Sent Items; changes to what lies there are not told. */
    sentDelta: (link: string | null, since: string) =>
      read(page, {
        method: 'GET',
        url:
          link ??
          `${base}/mailFolders/sentitems/messages/delta?changeType=created&$select=id&$filter=${encodeURIComponent(`receivedDateTime ge ${since}`)}`,
        headers: { prefer: `${immutable.prefer}, odata.maxpagesize=${rowsOfPage}` },
      }),
    /** Who got it, and whether it has this named property. */
    sent: (id: string, property: string) =>
      read(sent, {
        method: 'GET',
        url: at(
          id,
          `?$select=isDraft,sentDateTime,toRecipients,ccRecipients,bccRecipients&$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${property}')`)}`,
        ),
      }),
    arrival: (id: string) =>
      read(arrived, {
        method: 'GET',
        url: at(id, '?$select=id,conversationId,receivedDateTime,isDraft,internetMessageHeaders'),
      }),
    raw: (id: string) =>
      tryCall(
        () =>
          ask({
            method: 'GET',
            url: at(id, '/$value'),
            maxAnswerBytes: largeAnswerBytes,
            timeoutMs: uploadMs,
          }),
        answer => answer.body,
      ),
  }
}

const json = (value: unknown): Pick<RestRequest, 'body' | 'headers'> => ({
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
})

const describing = ({ from, property }: DraftFacts) =>
  json({
    singleValueExtendedProperties: [property],
    ...(from === null ? {} : { from: { emailAddress: from } }),
  })

const smallFile = ({ name, contentType, content }: AddedFile) =>
  json({
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentType,
    contentBytes: content.toString('base64'),
  })

const largeFile = ({ name, contentType, content }: AddedFile) =>
  json({ AttachmentItem: { attachmentType: 'file', name, contentType, size: content.length } })

/** A file in pieces, each as large as a session takes. */
export function* piecesOf(content: Buffer): Generator<{ content: Buffer; at: number; of: number }> {
  for (let at = 0; at < content.length; at += pieceBytes) {
    yield { content: content.subarray(at, at + pieceBytes), at, of: content.length }
  }
}
