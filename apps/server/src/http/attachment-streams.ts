import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { type DraftAttachment, limits, Problem, uploadQuery } from '@fairlead/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readBlob } from '../blobs/read-blob.ts'
import { attachFile } from '../compose/attach-file.ts'
import { findAttachment } from '../compose/attachments-of-draft.ts'
import type { Caller } from '../team/caller.ts'
import { whichEmail } from './drafts.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

type StreamHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Routes of the contract whose body or answer is a file: they pass it on piece by piece, by plain HTTP. */
export function attachmentStreams(parts: HttpParts): ReadonlyMap<string, StreamHandler> {
  return new Map<string, StreamHandler>([
    ['POST /drafts/{id}/attachments', (request, reply) => upload(parts, request, reply)],
    ['GET /attachments/{id}/content', (request, reply) => download(parts, request, reply)],
  ])
}

function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Problem('auth.missing')
  return request.caller
}

async function upload(parts: HttpParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const query = queryOf(request)
  const which = whichEmail(callerOf(request), paramOf(request))
  if (!(request.body instanceof Readable)) throw new Problem('request.unsupported-type')
  const announced = Number(request.headers['content-length'] ?? Number.NaN)
  try {
    const made: DraftAttachment = await attachFile(parts.db, which, {
      maxBytes: parts.accept.maxBytes,
      file: {
        ...{ filename: query.filename, contentType: query.contentType, isInline: query.inline === 'true' },
        // Left open: its end is the connection's, and there is an answer to give.
        content: request.body.iterator({ destroyOnReturn: false }),
        announcedBytes: Number.isSafeInteger(announced) ? announced : null,
      },
    })
    return await reply.code(201).send(made)
  } catch (error) {
    if (error instanceof Problem) await swallow(request.raw)
    throw error
  }
}

/**
 * Reads on what was refused, within bounds: a connection that is closed over unread bytes is reset, and a browser then
 * shows a network error instead of the answer.
 */
async function swallow(source: IncomingMessage): Promise<void> {
  if (Number(source.headers['content-length'] ?? 0) > limits.emailRequestBytes) return
  let left: number = limits.emailRequestBytes
  source.on('data', (piece: Buffer) => {
    left -= piece.length
    if (left < 0) source.pause()
  })
  source.resume()
  await new Promise<void>(resolve => {
    if (source.complete || source.destroyed) resolve()
    for (const event of ['end', 'close', 'error', 'pause']) source.once(event, () => resolve())
  })
}

function queryOf(request: FastifyRequest) {
  const read = uploadQuery.safeParse(request.query)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new Problem('request.invalid', {
    field: String(issue?.path[0] ?? 'query').slice(0, 100),
    rule: (issue?.message ?? 'it does not fit').slice(0, 200),
  })
}

function paramOf(request: FastifyRequest): string {
  const { params } = request
  return typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : ''
}

/** Types that a page of ours may show as pictures; everything else is bytes to a browser. */
const pictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

async function download(parts: HttpParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { workspaceId, memberId } = callerOf(request)
  const attachmentId = requireId('attachment', paramOf(request))
  const found = await findAttachment(parts.db, { workspaceId, memberId, attachmentId })
  reply.headers({
    'content-type': pictures.has(found.contentType) ? found.contentType : 'application/octet-stream',
    'content-length': found.size,
    'content-disposition': disposition(found.filename),
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=3600',
  })
  return reply.send(readBlob(parts.db, { workspaceId, sha256: found.sha256 }))
}

/** RFC 6266: the name in ASCII for old browsers, and in UTF-8. */
function disposition(filename: string): string {
  const bare = filename.split(/[/\\]/).at(-1) || 'attachment'
  const ascii = bare.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%]/g, '_')
  const coded = encodeURIComponent(bare).replace(
    /['()*!]/g,
    sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${coded}`
}
