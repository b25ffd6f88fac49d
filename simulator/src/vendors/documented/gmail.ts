import type { DocumentedReply, Shape } from './shape.ts'

/**
 * Gmail's replies by its reference and its discovery document (https://gmail.googleapis.com/$discovery/rest?version=v1):
 * 64-bit numbers stand as strings there.
 */
const reference = 'https://developers.google.com/workspace/gmail/api/reference/rest/v1/users'
const readOn = '2026-11-27'

const header: Shape = { name: 'string', value: 'string' }
const payload: Shape = {
  ...{ partId: 'string', mimeType: 'string', filename: 'string', headers: [header] },
  body: { attachmentId: 'string', size: 'number', data: 'string' },
}
const message: Shape = {
  ...{ id: 'string', threadId: 'string', labelIds: ['string'], snippet: 'string', historyId: 'string' },
  ...{ internalDate: 'string', payload, sizeEstimate: 'number', raw: 'string' },
}
const change: Shape = { message, labelIds: ['string'] }
const history: Shape = {
  ...{ id: 'string', messages: [message], messagesAdded: [change], messagesDeleted: [change] },
  ...{ labelsAdded: [change], labelsRemoved: [change] },
}
const sendAs: Shape = {
  ...{ sendAsEmail: 'string', displayName: 'string', replyToAddress: 'string', signature: 'string' },
  ...{ isPrimary: 'boolean', isDefault: 'boolean', treatAsAlias: 'boolean', verificationStatus: 'string' },
}

const reply = (
  page: string,
  shape: Shape | null,
  always: readonly string[],
  status = 200,
): DocumentedReply => ({
  ...{ source: `${reference}${page}`, readOn, status, shape, always },
})

export const gmailReplies = {
  profile: reply(
    '/getProfile',
    { emailAddress: 'string', messagesTotal: 'number', threadsTotal: 'number', historyId: 'string' },
    ['emailAddress', 'historyId'],
  ),
  createDraft: reply('.drafts/create', { id: 'string', message }, ['id', 'message.id', 'message.threadId']),
  getDraft: reply('.drafts/get', { id: 'string', message }, ['id', 'message.historyId']),
  sendDraft: reply('.drafts/send', message, ['id', 'threadId', 'labelIds']),
  deleteDraft: reply('.drafts/delete', null, [], 204),
  listMessages: reply(
    '.messages/list',
    {
      messages: [{ id: 'string', threadId: 'string' }],
      nextPageToken: 'string',
      resultSizeEstimate: 'number',
    },
    ['resultSizeEstimate'],
  ),
  getMetadata: reply('.messages/get', message, [
    'id',
    'threadId',
    'labelIds',
    'internalDate',
    'payload.headers',
  ]),
  getRaw: reply('.messages/get', message, ['raw', 'sizeEstimate']),
  listHistory: reply('.history/list', { history: [history], nextPageToken: 'string', historyId: 'string' }, [
    'historyId',
    'history',
  ]),
  listSendAs: reply('.settings.sendAs/list', { sendAs: [sendAs] }, ['sendAs']),
} as const satisfies Record<string, DocumentedReply>

/** https://developers.google.com/workspace/gmail/api/guides/handle-errors */
export const gmailErrorReply: DocumentedReply = {
  source: 'https://developers.google.com/workspace/gmail/api/guides/handle-errors',
  ...{ readOn, status: 404 },
  shape: {
    error: {
      ...{ code: 'number', message: 'string', status: 'string' },
      errors: [
        {
          ...{ domain: 'string', reason: 'string', message: 'string' },
          locationType: 'string',
          location: 'string',
        },
      ],
    },
  },
  always: ['error.code', 'error.message', 'error.errors'],
}
