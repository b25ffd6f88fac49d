import PostalMime, { type Email } from 'postal-mime'

/** The parts of a message that people look at. */
export interface ReadMessage {
  readonly html: string | null
  readonly text: string
  readonly files: readonly MessageFile[]
}

export interface MessageFile {
  readonly filename: string
  readonly contentType: string
  /** Without angle brackets; empty: it is not shown inside the html. */
  readonly contentId: string
  readonly bytes: Uint8Array
}

/** A message larger than this is read by its beginning alone, so that nobody's mail holds up the others. */
export const wholeBytes = 8_000_000
export const beginningBytes = 1_000_000

const mostFiles = 200

/** Reads a message that may be anything, or hostile; what cannot be read is empty. */
export async function readMime(raw: Uint8Array): Promise<ReadMessage> {
  const mail = await PostalMime.parse(raw, {
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: 40,
    maxHeadersSize: 512_000,
  }).catch(() => null)
  if (mail === null) return { html: null, text: '', files: [] }
  return { html: mail.html || null, text: mail.text ?? '', files: filesOf(mail) }
}

function filesOf({ attachments }: Email): MessageFile[] {
  return attachments.slice(0, mostFiles).map(({ filename, mimeType, contentId, content }, at) => ({
    filename: filename || `file-${at + 1}`,
    contentType: mimeType,
    contentId: (contentId ?? '').replace(/^<|>$/g, ''),
    bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
  }))
}
