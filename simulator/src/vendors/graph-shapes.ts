import { randomUUID } from 'node:crypto'
import addressparser from 'nodemailer/lib/addressparser'
import type { StoredMail } from './account.ts'
import type { VendorAnswer } from './call.ts'
import { fieldValue, splitMail, unfold } from './mail-bytes.ts'
import type { VendorWorld } from './world.ts'

/** An error as https://learn.microsoft.com/graph/errors shows it. */
export function graphError(status: number, code: string, message: string): VendorAnswer {
  const id = randomUUID()
  return {
    status,
    json: {
      error: {
        code,
        message,
        innerError: {
          date: new Date().toISOString().slice(0, 19),
          'request-id': id,
          'client-request-id': id,
        },
      },
    },
  }
}

export const noItem = (): VendorAnswer =>
  graphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')

/** https://learn.microsoft.com/graph/api/resources/message */
export async function graphMessage(world: VendorWorld, mail: StoredMail) {
  const { fields } = splitMail(await world.read(mail))
  const people = (name: string) =>
    addressparser(fieldValue(fields, name), { flatten: true }).map(({ address, name: shown }) => ({
      emailAddress: { name: shown || address, address },
    }))
  const at = new Date(mail.atMs).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    '@odata.etag': `W/"CQAAABYAAAB${mail.historyId}"`,
    ...{
      id: mail.id,
      createdDateTime: at,
      receivedDateTime: at,
      sentDateTime: at,
      subject: fieldValue(fields, 'subject'),
    },
    ...{ parentFolderId: `folder-${mail.place.toLowerCase()}`, conversationId: mail.threadId },
    ...{
      internetMessageId: `<${mail.messageId}>`,
      isDraft: mail.place === 'DRAFT',
      isRead: mail.place !== 'INBOX',
    },
    hasAttachments: mail.files.length > 0,
    from: mail.from ? { emailAddress: mail.from } : people('from')[0],
    ...{ toRecipients: people('to'), ccRecipients: people('cc'), bccRecipients: people('bcc') },
    internetMessageHeaders: fields.map(field => ({ name: field.name, value: unfold(field) })),
  }
}

/**
 * Only what `$select` names; the id always, and the header fields never without being named:
 * https://learn.microsoft.com/graph/api/resources/message#properties
 */
export function selected<T extends Record<string, unknown>>(whole: T, query: URLSearchParams): Partial<T> {
  const select = query.get('$select')?.split(',')
  const isAsked = (name: string): boolean =>
    name === 'id' ||
    name.startsWith('@') ||
    (select === undefined ? name !== 'internetMessageHeaders' : select.includes(name))
  return Object.fromEntries(Object.entries(whole).filter(([name]) => isAsked(name))) as Partial<T>
}

/** The named property that `$expand` asks for; nothing where the message has none: https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get */
export function expanded({ properties }: StoredMail, query: URLSearchParams): object {
  const expand = query.get('$expand') ?? ''
  const id = /^singleValueExtendedProperties\(\$filter=id eq '([^']+)'\)$/.exec(expand)?.[1]
  const value = id === undefined ? undefined : properties[id]
  return value === undefined ? {} : { singleValueExtendedProperties: [{ id, value }] }
}
