import { z } from 'zod'
import { limits } from './limits.ts'
import { fails, route } from './route.ts'
import { draftAttachment, ids } from './schemas.ts'

const id = z.object({ id: ids.email })
export const uploadQuery = z.object({
  filename: z.string().min(1).max(limits.filenameCharacters),
  contentType: z.string().max(255).default('application/octet-stream'),
  inline: z.enum(['true', 'false']).default('false'),
})

const tags = ['Attachments']

/** Files of a draft. Upload and download are streams: plain HTTP, no JSON. */
export const attachments = {
  upload: route
    .route({
      method: 'POST',
      path: '/drafts/{id}/attachments',
      operationId: 'uploadAttachment',
      summary: 'Attach a file to a draft',
      description:
        'The body is the file itself, Content-Type: application/octet-stream. With inline=true a picture of the text: show it as <img src="cid:…"> with the contentId that comes back. What passes the limit of the delivery channel is refused before it is read where its length is known.',
      tags,
      successStatus: 201,
      inputStructure: 'detailed',
      spec: operation => ({
        ...operation,
        requestBody: {
          required: true,
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
      }),
    })
    .errors(
      fails(
        ...([
          'not-found',
          'draft.not-a-draft',
          'attachment.too-large',
          'email.too-many-attachments',
        ] as const),
        ...(['email.attachment-invalid', 'attachment.cut', 'request.unsupported-type'] as const),
      ),
    )
    .input(
      z.object({
        params: id,
        query: uploadQuery,
      }),
    )
    .output(draftAttachment),
  list: route
    .route({
      ...{ method: 'GET', path: '/drafts/{id}/attachments', operationId: 'listAttachments' },
      summary: 'The attachments of a draft, and how much room they leave',
      tags,
    })
    .errors(fails('not-found', 'draft.not-a-draft'))
    .input(id)
    .output(
      z.object({
        attachments: z.array(draftAttachment),
        encodedBytes: z.int().meta({ description: 'octets on the wire, about' }),
        limitBytes: z.int().meta({ description: 'the most that its delivery channel carries' }),
      }),
    ),
  remove: route
    .route({
      ...{ method: 'DELETE', path: '/drafts/{id}/attachments/{attachmentId}', successStatus: 204 },
      operationId: 'deleteAttachment',
      summary: 'Take an attachment off a draft',
      tags,
    })
    .errors(fails('not-found', 'draft.not-a-draft'))
    .input(z.object({ id: ids.email, attachmentId: ids.attachment })),
  download: route
    .route({
      ...{ method: 'GET', path: '/attachments/{id}/content', operationId: 'downloadAttachment' },
      summary: 'The bytes of an attachment',
      description: 'Always as a file to be kept (Content-Disposition: attachment), never as a page.',
      tags,
      spec: operation => ({
        ...operation,
        responses: {
          ...operation.responses,
          '200': {
            description: 'The file',
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
        },
      }),
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.attachment }))
    .output(z.unknown()),
}
