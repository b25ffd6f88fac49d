import PostalMime from 'postal-mime'

/** The parts of a header that name and thread a message. All decoded, without angle brackets; empty where absent. */
export interface Head {
  readonly from: string
  readonly fromAddress: string
  readonly replyTo: string
  readonly subject: string
  readonly messageId: string
  readonly references: readonly string[]
  readonly autoSubmitted: string
  readonly fields: readonly { readonly key: string; readonly value: string }[]
}

/** Where the header ends: the offset of the empty line. */
export function headerEnd(bytes: Buffer): number {
  const crlf = bytes.indexOf('\r\n\r\n')
  const lf = bytes.indexOf('\n\n')
  const ends = [crlf < 0 ? -1 : crlf + 2, lf < 0 ? -1 : lf + 1].filter(end => end >= 0)
  return ends.length > 0 ? Math.min(...ends) : bytes.length
}

const bare = (id: string | undefined): string => id?.trim().replace(/^<|>$/g, '') ?? ''

/** Reads the header of a message that may be anything; what cannot be read is empty. */
export async function readHead(bytes: Buffer): Promise<Head> {
  const header = bytes.subarray(0, headerEnd(bytes))
  const mail = await PostalMime.parse(header).catch(() => undefined)
  const fromAddress = mail?.from?.address ?? ''
  const name = mail?.from?.name ?? ''
  const fields = mail?.headers ?? []
  return {
    from: name ? `${name} <${fromAddress}>` : fromAddress,
    fromAddress,
    replyTo: mail?.replyTo?.[0]?.address ?? '',
    subject: mail?.subject ?? '',
    messageId: bare(mail?.messageId),
    references: (mail?.references ?? '').match(/[^\s<>]+/g) ?? [],
    autoSubmitted: fields.find(({ key }) => key === 'auto-submitted')?.value.toLowerCase() ?? '',
    fields,
  }
}
