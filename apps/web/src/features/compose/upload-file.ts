import { apiPrefix, type DraftAttachment } from '@fairlead/contract'
import { ApiError } from '../../api/api-error.ts'
import { problemOf } from '../../api/client.ts'

interface Upload {
  readonly draftId: string
  readonly file: File
  /** A picture of the text rather than a file beside it. */
  readonly isInline: boolean
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void
  readonly signal: AbortSignal
}

/** Attaches a file, telling how far it is. XMLHttpRequest, because fetch says nothing while it sends. Fails with an ApiError. */
export function uploadFile({
  draftId,
  file,
  isInline,
  onProgress,
  signal,
}: Upload): Promise<DraftAttachment> {
  const { promise, resolve, reject } = Promise.withResolvers<DraftAttachment>()
  const request = new XMLHttpRequest()
  const query = new URLSearchParams({
    filename: file.name || 'attachment',
    contentType: file.type || 'application/octet-stream',
    inline: String(isInline),
  })
  request.open('POST', `${apiPrefix}/drafts/${encodeURIComponent(draftId)}/attachments?${query}`)
  request.setRequestHeader('content-type', 'application/octet-stream')
  request.upload.addEventListener('progress', ({ loaded, total }) =>
    onProgress(total > 0 ? loaded / total : 0),
  )
  request.addEventListener('load', () => {
    const body = bodyOf(request.responseText)
    if (request.status === 201) resolve(body as DraftAttachment)
    else reject(problemOf(body, request.status))
  })
  request.addEventListener('error', () => reject(new ApiError('offline', 0)))
  request.addEventListener('abort', () => reject(signal.reason))
  signal.addEventListener('abort', () => request.abort())
  request.send(file)
  return promise
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
