import type { Account, StoredMail } from './account.ts'
import type { VendorAnswer } from './call.ts'
import { splitMail, unfold } from './mail-bytes.ts'
import type { VendorWorld } from './world.ts'

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
}

/** An error as https://developers.google.com/workspace/gmail/api/guides/handle-errors shows it. */
export function gmailError(code: number, reason: string, message: string): VendorAnswer {
  const domain = /limit/i.test(reason) ? 'usageLimits' : 'global'
  return {
    status: code,
    json: {
      error: { code, message, errors: [{ message, domain, reason }], status: statuses[code] ?? 'UNKNOWN' },
    },
  }
}

export const notFound = (): VendorAnswer => gmailError(404, 'notFound', 'Requested entity was not found.')

const labelsOf = ({ place }: StoredMail): string[] => (place === 'INBOX' ? ['UNREAD', 'INBOX'] : [place])

export function minimal(mail: StoredMail) {
  return { id: mail.id, threadId: mail.threadId, labelIds: labelsOf(mail) }
}

/** A Message resource: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages */
export async function messageResource(world: VendorWorld, mail: StoredMail, query: URLSearchParams) {
  const format = query.get('format') ?? 'full'
  const base = {
    ...minimal(mail),
    ...{
      snippet: '',
      sizeEstimate: mail.size,
      historyId: String(mail.historyId),
      internalDate: String(mail.atMs),
    },
  }
  if (format === 'minimal') return base
  const raw = await world.read(mail)
  if (format === 'raw') return { ...base, raw: raw.toString('base64url') }
  const wanted = query.getAll('metadataHeaders').map(name => name.toLowerCase())
  const headers = splitMail(raw)
    .fields.filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()))
    .map(field => ({ name: field.name, value: unfold(field) }))
  return { ...base, payload: { partId: '', mimeType: 'text/plain', filename: '', headers } }
}

export function findMail(account: Account, id: string | undefined): StoredMail | undefined {
  return account.mails.find(mail => mail.id === id)
}
