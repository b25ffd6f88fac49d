import PostalMime from 'postal-mime'
import { type AggregateReport, readAggregateReport } from '../domains/read-aggregate-report.ts'
import { unpackReport } from '../domains/unpack-report.ts'

const mostFiles = 5

/** The aggregate report in a mail: an attachment, or the body itself. Throws where there is none. */
export async function parseReport(raw: Uint8Array): Promise<AggregateReport> {
  const mail = await PostalMime.parse(raw, {
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: 20,
    maxHeadersSize: 512_000,
  })
  let failure: unknown = new Error('No aggregate report in the mail')
  for (const { content } of mail.attachments.slice(0, mostFiles)) {
    try {
      const xml = unpackReport(Buffer.from(typeof content === 'string' ? content : new Uint8Array(content)))
      if (xml !== null) return readAggregateReport(xml)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
