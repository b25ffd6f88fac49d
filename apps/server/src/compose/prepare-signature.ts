import { createHash } from 'node:crypto'
import { Problem } from '@fairlead/contract'
import type { Signature, SignaturePicture } from '../identities/signature.ts'
import { pictureTypeOf } from './picture-type.ts'
import { sanitiseHtml } from './sanitise-html.ts'

const written = /(<img\b[^>]*?\ssrc=")data:[^;",]+;base64,([^"]*)"/gi

/**
 * A signature as it may be kept: cleaned, and its pictures, written as data: URLs, apart from it, because most mail
 * programs show none that are part of the html. The same picture has the same content id. Problem:
 * signature.picture-invalid.
 */
export function prepareSignature(html: string): Signature {
  const pictures = new Map<string, SignaturePicture>()
  let number = 0
  const named = sanitiseHtml(html.replaceAll('\0', '')).replace(
    written,
    (_, before: string, base64: string) => {
      number += 1
      const picture = readPicture(base64, number)
      pictures.set(picture.contentId, picture)
      return `${before}cid:${picture.contentId}"`
    },
  )
  return { html: named, pictures: [...pictures.values()] }
}

/** `number`: the how manieth of the signature it is, for who has to find it. */
function readPicture(base64: string, number: number): SignaturePicture {
  const content = Buffer.from(base64, 'base64')
  const contentType = pictureTypeOf(content)
  if (contentType === null) throw new Problem('signature.picture-invalid', { number })
  const hash = createHash('sha256').update(content).digest('hex')
  return { contentId: `${hash.slice(0, 32)}@signature.fairlead`, contentType, content }
}
