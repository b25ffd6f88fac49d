import { compile } from 'html-to-text'
import { bodySize, hashBody, openBody, type ReadBlob } from './body.ts'
import { extraField, idsField, mailboxField, RenderError, textField } from './header-field.ts'
import type { FrozenMessage, Mailbox, OutgoingMessage } from './message.ts'
import { readMessageId } from './message-id.ts'
import { type Attachment, attachmentPart, multipart, type Part, textPart } from './mime-part.ts'

/** What a message is made from. Addresses are checked ones; everything else may be hostile. */
export interface MessageInput {
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly cc?: readonly Mailbox[]
  readonly replyTo?: Mailbox
  readonly subject: string
  readonly date: Date
  /** Message-ID of round 1, without angle brackets. */
  readonly messageId: string
  readonly html?: string
  /** Made from the html when absent. */
  readonly text?: string
  /** Message-IDs, with or without angle brackets; what is none is left out. */
  readonly inReplyTo?: string
  readonly references?: readonly string[]
  /** Fields of our own, in order: X-Fairlead-Ref, List-Unsubscribe (RFC 8058). */
  readonly headers?: readonly { readonly name: string; readonly value: string }[]
  readonly attachments?: readonly Attachment[]
}

/** A thread's chain grows without end; readers need its root and its newest (RFC 5322 §3.6.4). */
const mostReferences = 20

const toText = compile({
  wordwrap: false,
  // Without a depth, 2,000 nested lists end in a stack overflow.
  limits: { maxInputLength: 2_000_000, maxDepth: 150, ellipsis: '' },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(selector => ({ selector, options: { uppercase: false } })),
  ],
})

/**
 * Freezes a message: 7-bit throughout, lines of at most 76 columns, Bcc nowhere. Reads each attachment once, as a
 * stream, for the hash that DKIM signs. Throws RenderError where input cannot become a header, and what `readBlob`
 * throws.
 */
export async function renderMessage(input: MessageInput, readBlob: ReadBlob): Promise<FrozenMessage> {
  const content = contentOf(input)
  const headers = [...headersOf(input), ...content.headers]
  const body = content.body.filter(piece => !('text' in piece) || piece.text !== '')
  const bodyHash = await hashBody(body, readBlob)
  return { headers, body, bodyHash, size: headersSize(headers) + bodySize(body) }
}

/** The header fields of another round: only the Message-ID differs. */
export function withMessageId(headers: readonly string[], messageId: string): string[] {
  const id = readMessageId(messageId)
  if (!id) throw new RenderError('header-value', 'Not a Message-ID')
  return headers.map(field => (field.startsWith('Message-ID:') ? idsField('Message-ID', [id]) : field))
}

/**
 * The header fields of a copy for one recipient: no other stands in To, nobody in Cc; `ref` is our own reference to the
 * copy. `grownBy`: octets that the fields have more than before, negative where they have fewer.
 */
export function alone(
  headers: readonly string[],
  copy: { messageId: string; recipient: Mailbox; ref: string },
): { headers: string[]; grownBy: number } {
  const kept = withMessageId(headers, copy.messageId).filter(field => !field.startsWith('Cc:'))
  const copied = kept.map(field => {
    if (field.startsWith('To:')) return mailboxField('To', [copy.recipient])
    return field.startsWith('X-Fairlead-Ref:') ? extraField('X-Fairlead-Ref', copy.ref) : field
  })
  return { headers: copied, grownBy: headersSize(copied) - headersSize(headers) }
}

/** A frozen message made ready for a channel, with the Message-ID of its round. */
export function outgoingMessage(from: {
  readonly frozen: FrozenMessage
  readonly messageId: string
  readonly sender: Mailbox
  readonly readBlob: ReadBlob
}): OutgoingMessage {
  const { frozen, messageId, sender, readBlob } = from
  const headers = withMessageId(frozen.headers, messageId)
  return {
    messageId,
    headers,
    bodyHash: frozen.bodyHash,
    size: frozen.size - headersSize(frozen.headers) + headersSize(headers),
    from: sender,
    openBody: () => openBody(frozen.body, readBlob),
  }
}

/** text/plain of an html body. */
export function textOf(html: string): string {
  return toText(html)
}

function headersSize(headers: readonly string[]): number {
  return headers.reduce((sum, field) => sum + Buffer.byteLength(field) + 2, 2)
}

function headersOf(input: MessageInput): string[] {
  const id = readMessageId(input.messageId)
  if (!id) throw new RenderError('header-value', 'Not a Message-ID')
  if (Number.isNaN(input.date.getTime())) throw new RenderError('header-value', 'Not a date')
  const headers = [
    `Date: ${input.date.toUTCString().replace('GMT', '+0000')}`,
    mailboxField('From', [input.from]),
    // RFC 5322 §3.6.3 asks for no recipient field; systems that do get an empty group.
    input.to.length > 0 ? mailboxField('To', input.to) : 'To: undisclosed-recipients:;',
  ]
  if (input.cc && input.cc.length > 0) headers.push(mailboxField('Cc', input.cc))
  if (input.replyTo) headers.push(mailboxField('Reply-To', [input.replyTo]))
  headers.push(textField('Subject', input.subject), idsField('Message-ID', [id]))
  headers.push(...threadFields(input))
  for (const { name, value } of input.headers ?? []) headers.push(extraField(name, value))
  headers.push('MIME-Version: 1.0')
  return headers
}

function threadFields(input: MessageInput): string[] {
  const fields: string[] = []
  const parent = input.inReplyTo === undefined ? null : readMessageId(input.inReplyTo)
  if (parent) fields.push(idsField('In-Reply-To', [parent]))
  const chain = (input.references ?? []).map(readMessageId).filter(id => id !== null)
  const kept =
    chain.length > mostReferences ? [...chain.slice(0, 1), ...chain.slice(1 - mostReferences)] : chain
  if (kept.length > 0) fields.push(idsField('References', kept))
  return fields
}

/** mixed( related( alternative(text, html), images ), attachments ), without the levels that hold a single part. */
function contentOf(input: MessageInput): Part {
  const seed = input.messageId.replace(/[^A-Za-z0-9]/g, '').slice(0, 40)
  let level = 0
  const join = (subtype: string, parts: readonly Part[]) => multipart(subtype, parts, `=_${level++}_${seed}`)
  const attachments = input.attachments ?? []
  const isInline = (attachment: Attachment) => attachment.contentId !== undefined && input.html !== undefined
  const images = attachments.filter(isInline).map(attachmentPart)
  const files = attachments.filter(attachment => !isInline(attachment)).map(attachmentPart)

  let content: Part
  if (input.html === undefined) {
    content = textPart('plain', input.text ?? '')
  } else {
    const html = textPart('html', input.html)
    const shown = images.length > 0 ? join('related', [html, ...images]) : html
    content = join('alternative', [textPart('plain', input.text ?? toText(input.html)), shown])
  }
  return files.length > 0 ? join('mixed', [content, ...files]) : content
}
