import { findAddress, findAddresses } from './mail/address.ts'
import { field, fieldValues, type Headers } from './mail/headers.ts'
import type { Notice, Reading } from './notice/notice.ts'
import type { MatchingKeys } from './report.ts'

const idInBrackets = /<([^<>\s]{1,900})>/g
const bareId = /^\s*([^<>\s]{1,900}@[^<>\s]{1,255})\s*$/
const idInText =
  /(?:^|\n)[>|\s]*message[- ]id\s*:[>|\s]*(?:<([^<>\s]{1,900})>|([^<>\s"]{1,500}@[^<>\s"]{1,255}))/gi
const refInText = /(?:^|\n)[>|\s]*x-fairlead-ref\s*:\s*([^\s]{1,200})/gi
/** The return-path token of the product: `b-` and 45 characters of base32. */
const tokenInText = /\bb-[a-z2-7]{45}@[a-z0-9.-]{1,255}/gi

const maxKeys = 50

/** Message-IDs of a header value, without angle brackets. */
function idsOf(value: string): string[] {
  const ids = [...value.slice(0, 20_000).matchAll(idInBrackets)].map(match => match[1] ?? '')
  if (ids.length > 0) return ids
  const bare = bareId.exec(value.slice(0, 1200))?.[1]
  return bare === undefined ? [] : [bare]
}

function unique(values: Iterable<string>): string[] {
  const kept = new Set<string>()
  for (const value of values) {
    if (value !== '') kept.add(value)
    if (kept.size >= maxKeys) break
  }
  return [...kept]
}

/** Lower-cased twins are one address: tokens are compared without case. */
const uniqueAddresses = (values: Iterable<string>): string[] =>
  unique([...values].map(one => one.toLowerCase()))

const idsIn = (headers: readonly Headers[], name: string): string[] =>
  headers.flatMap(one => fieldValues(one, name).flatMap(idsOf))

const inText = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(match => match[1] ?? match[2] ?? match[0])

/** Queue ids by which the servers on the way knew the returned message: `by mx with ESMTP id A1B2C3;`. */
const queueIdsOf = (headers: Headers): string[] =>
  fieldValues(headers, 'received').flatMap(value => /\sid\s+<?([A-Za-z0-9.-]{5,60})/.exec(value)?.[1] ?? [])

const sentToFields = [
  'to',
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-rcpt-to',
  'cc',
]
const returnPathFields = [
  'return-path',
  'x-original-return-path',
  'sender',
  'errors-to',
  'x-envelope-from',
  'x-envelope-sender',
]

/** Gathers everything in a notice that may tell which email it speaks of. */
export function matchingKeys(notice: Notice, reading: Reading | null): MatchingKeys {
  const { headers, originals } = notice
  // Notices of odd layout: where no part or marker gave a header, the text itself is searched.
  const loose = notice.originalText === '' ? notice.text : notice.originalText.slice(0, 100_000)
  const found = [
    ...(reading?.messageIds ?? []),
    ...idsIn(originals, 'message-id'),
    ...inText(loose, idInText),
  ]
  // The last resort: a body whose structure is damaged.
  const messageIds = found.length > 0 ? found : inText(notice.body.slice(0, 1_000_000), idInText)
  return {
    returnPaths: uniqueAddresses([
      ...sentToFields.flatMap(name => fieldValues(headers, name).flatMap(value => findAddresses(value, 20))),
      ...originals.flatMap(one => returnPathFields.map(name => findAddress(field(one, name)))),
      ...inText(loose, tokenInText),
    ]),
    refs: unique([
      ...originals.flatMap(one => fieldValues(one, 'x-fairlead-ref')),
      ...inText(loose, refInText),
    ]),
    messageIds: unique(messageIds),
    envelopeIds: unique(reading?.envelopeIds ?? []),
    queueIds: unique([...(reading?.queueIds ?? []), ...originals.flatMap(queueIdsOf)]),
    inReplyTo: unique(idsIn([headers], 'in-reply-to')),
    references: unique(idsIn([headers], 'references')),
    failedRecipients: uniqueAddresses(
      fieldValues(headers, 'x-failed-recipients').flatMap(value => findAddresses(value, 100)),
    ),
  }
}
