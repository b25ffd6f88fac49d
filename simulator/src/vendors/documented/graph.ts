import type { DocumentedReply, Shape } from './shape.ts'

/** Microsoft Graph's replies by the samples of its reference, v1.0. */
const reference = 'https://learn.microsoft.com/graph/api'
const readOn = '2026-11-27'

const person: Shape = { emailAddress: { name: 'string', address: 'string' } }
const property: Shape = { id: 'string', value: 'string' }
const stamps: Shape = {
  ...{ createdDateTime: 'string', lastModifiedDateTime: 'string', receivedDateTime: 'string' },
  sentDateTime: 'string',
}
const message = {
  ...{ '@odata.context': 'string', '@odata.etag': 'string', id: 'string', ...stamps, changeKey: 'string' },
  ...{ categories: ['string'], hasAttachments: 'boolean', internetMessageId: 'string', subject: 'string' },
  ...{ bodyPreview: 'string', importance: 'string', parentFolderId: 'string', conversationId: 'string' },
  ...{
    conversationIndex: 'string',
    isDeliveryReceiptRequested: 'boolean',
    isReadReceiptRequested: 'boolean',
  },
  ...{ isRead: 'boolean', isDraft: 'boolean', webLink: 'string', inferenceClassification: 'string' },
  ...{ body: { contentType: 'string', content: 'string' }, sender: person, from: person },
  ...{ toRecipients: [person], ccRecipients: [person], bccRecipients: [person], replyTo: [person] },
  flag: { flagStatus: 'string' },
} as const satisfies Shape
/** "internetMessageHeaders": only where $select names it; extended properties only where $expand does. */
const withHeaders: Shape = { ...message, internetMessageHeaders: [{ name: 'string', value: 'string' }] }
const withProperties: Shape = { ...message, singleValueExtendedProperties: [property] }
const removable: Shape = { ...message, '@removed': { reason: 'string' } }

const reply = (
  page: string,
  shape: Shape | null,
  always: readonly string[],
  status = 200,
): DocumentedReply => ({
  ...{ source: `${reference}/${page}`, readOn, status, shape, always },
})

export const graphReplies = {
  me: reply(
    'user-get',
    {
      ...{ '@odata.context': 'string', id: 'string', displayName: 'string', mail: 'string' },
      ...{ userPrincipalName: 'string', proxyAddresses: ['string'] },
    },
    ['mail', 'userPrincipalName', 'proxyAddresses'],
  ),
  createDraft: reply(
    'user-post-messages',
    message,
    ['id', 'isDraft', 'internetMessageId', 'conversationId', 'subject', 'toRecipients', 'parentFolderId'],
    201,
  ),
  get: reply('message-get', message, ['id', 'isDraft', 'internetMessageId', 'conversationId']),
  getWithHeaders: reply('message-get', withHeaders, ['id', 'internetMessageHeaders', 'receivedDateTime']),
  getWithProperty: reply('singlevaluelegacyextendedproperty-get', withProperties, [
    ...['id', 'toRecipients', 'singleValueExtendedProperties'],
  ]),
  change: reply('message-update', message, ['id', 'isDraft']),
  remove: reply('message-delete', null, [], 204),
  send: reply('message-send', null, [], 202),
  addFile: reply(
    'message-post-attachments',
    {
      ...{
        '@odata.context': 'string',
        '@odata.type': 'string',
        id: 'string',
        lastModifiedDateTime: 'string',
      },
      ...{ name: 'string', contentType: 'string', size: 'number', isInline: 'boolean', contentId: 'string' },
      ...{ contentLocation: 'string', contentBytes: 'string' },
    },
    ['id', 'name'],
    201,
  ),
  openUpload: reply(
    'attachment-createuploadsession',
    {
      ...{ '@odata.context': 'string', uploadUrl: 'string', expirationDateTime: 'string' },
      nextExpectedRanges: ['string'],
    },
    ['uploadUrl', 'expirationDateTime', 'nextExpectedRanges'],
    201,
  ),
  delta: reply(
    'message-delta',
    {
      ...{ '@odata.context': 'string', '@odata.nextLink': 'string', '@odata.deltaLink': 'string' },
      value: [removable],
    },
    ['value'],
  ),
  list: reply(
    'user-list-messages',
    { '@odata.context': 'string', '@odata.nextLink': 'string', value: [message] },
    ['value'],
  ),
} as const satisfies Record<string, DocumentedReply>

/** https://learn.microsoft.com/graph/errors */
export const graphErrorReply: DocumentedReply = {
  source: 'https://learn.microsoft.com/graph/errors',
  ...{ readOn, status: 404 },
  shape: {
    error: {
      ...{ code: 'string', message: 'string', target: 'string' },
      innerError: { date: 'string', 'request-id': 'string', 'client-request-id': 'string' },
    },
  },
  always: ['error.code', 'error.message'],
}
