import { Problem } from '@fairlead/contract'

const signatures: ReadonlyArray<readonly [string, RegExp]> = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
]

/** The type of a picture by its first 16 octets; null: it is none that mail programs show. */
export function pictureTypeOf(content: Buffer): string | null {
  const start = content.subarray(0, 16).toString('latin1')
  return signatures.find(([, signature]) => signature.test(start))?.[0] ?? null
}

/**
 * The type of a picture by its first octets, whatever its name says: it is shown in the text, so it must be one.
 * Problem: email.attachment-invalid.
 */
export async function findPictureType(
  file: { readonly filename: string },
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  let start = Buffer.alloc(0)
  for await (const piece of content) {
    start = Buffer.concat([start, piece])
    if (start.length >= 16) break
  }
  const found = pictureTypeOf(start)
  if (found !== null) return found
  throw new Problem('email.attachment-invalid', {
    filename: file.filename,
    problem: 'it is not a PNG, JPEG, GIF or WebP picture',
  })
}
