import { apiPrefix } from '@fairlead/contract'

/** Where a picture of a signature is to be had: parts of the identity, and what brings its bytes along; else null. */
export function signaturePictureUrl(identityId: string, source: string): string | null {
  if (source.startsWith('data:image/')) return source
  if (!source.startsWith('cid:')) return null
  const contentId = encodeURIComponent(source.slice('cid:'.length))
  return `${apiPrefix}/identities/${encodeURIComponent(identityId)}/pictures/${contentId}`
}

/** The html of a signature with its parts where this page finds them. */
export const withSignaturePictures = (html: string, identityId: string): string =>
  html.replace(/(<img\b[^>]*?\ssrc=")(cid:[^"]+)"/gi, (_, before: string, source: string) => {
    return `${before}${signaturePictureUrl(identityId, source)}"`
  })
