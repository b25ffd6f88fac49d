import { randomBytes } from 'node:crypto'
import type { Account, StoredMail } from './account.ts'
import { jsonOf, type SignedCall, type VendorAnswer, type VendorParts } from './call.ts'
import { graphError, graphMessage, noItem, selected } from './graph-shapes.ts'
import { joinMail, splitMail, withField, withoutField } from './mail-bytes.ts'
import { recipientsOf, sendMail } from './send-mail.ts'

/** https://learn.microsoft.com/graph/outlook-send-mime-message: MIME in base64, 4 MB a request. */
const mostBytes = 4 * 1024 * 1024
/** https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits */
const mostRecipients = 1_000

export const mailOf = (account: Account, id: string | undefined): StoredMail | undefined =>
  account.mails.find(mail => mail.id === id)

export async function createDraft(call: SignedCall, { world }: VendorParts): Promise<VendorAnswer> {
  if (call.body.length > mostBytes)
    return graphError(413, 'RequestEntityTooLarge', 'The maximum request length is 4 MB.')
  if (!String(call.headers['content-type'] ?? '').startsWith('text/plain')) {
    return graphError(400, 'UnableToDeserializePostBody', 'were unable to deserialize')
  }
  const text = call.body.toString('latin1').trim()
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}$/.test(text))
    return graphError(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.')
  const mail = await world.put(call.account, { raw: Buffer.from(text, 'base64'), place: 'DRAFT' })
  if (mail.messageId === '')
    mail.messageId = `${randomBytes(16).toString('hex').toUpperCase()}@simulator.outlook.example`
  world.save()
  return { status: 201, json: selected(await graphMessage(world, mail), call.query) }
}

export async function changeDraft(call: SignedCall, { world }: VendorParts): Promise<VendorAnswer> {
  const mail = mailOf(call.account, call.parts[0])
  if (!mail) return noItem()
  const { from, singleValueExtendedProperties: properties } = jsonOf(call) as {
    from?: { emailAddress?: { address?: string; name?: string } }
    singleValueExtendedProperties?: { id: string; value: string }[]
  }
  if (from !== undefined && mail.place !== 'DRAFT')
    return graphError(400, 'ErrorInvalidPropertySet', 'isDraft is false')
  if (from?.emailAddress?.address) {
    mail.from = { address: from.emailAddress.address, name: from.emailAddress.name ?? '' }
  }
  for (const { id, value } of properties ?? []) mail.properties[id] = value
  world.save()
  return { status: 200, json: selected(await graphMessage(world, mail), call.query) }
}

export async function sendDraft(call: SignedCall, parts: VendorParts): Promise<VendorAnswer> {
  const { account } = call
  const mail = mailOf(account, call.parts[0])
  if (!mail) return noItem()
  if (mail.place !== 'DRAFT')
    return graphError(400, 'ErrorInvalidOperation', 'The operation can only be performed on a draft.')
  const asked = mail.from?.address.toLowerCase() ?? account.address
  const mayBe = [
    account.address,
    ...account.aliases.filter(one => one.isConfirmed).map(one => one.address.toLowerCase()),
  ]
  if (!mayBe.includes(asked)) {
    return graphError(
      403,
      'ErrorSendAsDenied',
      'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
    )
  }
  const raw = assembled(await parts.world.read(mail), mail)
  const recipients = recipientsOf(raw)
  if (recipients.length === 0)
    return graphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.')
  if (recipients.length > mostRecipients)
    return graphError(400, 'ErrorExceededMessageLimit', 'Too many recipients.')
  mail.place = 'SENT'
  const sent = await sendMail(
    { account, raw: named(raw, account, mail), keepsMessageId: true },
    (bytes, to) =>
      parts.carry({ vendor: 'microsoft', mailFrom: account.address, recipients: to, raw: bytes }),
  )
  await parts.world.rewrite(mail, sent)
  parts.world.note(account, mail, 'added')
  return { status: 202 }
}

/** Exchange shows the directory's name of the mailbox, whichever of its addresses stands in From. */
function named(raw: Buffer, account: Account, mail: StoredMail): Buffer {
  const { fields, rest } = splitMail(raw)
  const address = mail.from?.address ?? account.address
  return joinMail(withField(fields, 'From', `${account.name} <${address}>`), rest)
}

/** The MIME with the files that were added to the draft. */
function assembled(raw: Buffer, { files }: StoredMail): Buffer {
  if (files.length === 0) return raw
  const { fields, rest } = splitMail(raw)
  const boundary = `_004_${randomBytes(16).toString('hex')}_`
  const inner = fields.filter(({ name }) => /^content-/i.test(name))
  const outer = withField(
    inner.reduce((kept, { name }) => withoutField(kept, name.toLowerCase()), [...fields]),
    'Content-Type',
    `multipart/mixed; boundary="${boundary}"`,
  )
  const parts = files.map(
    ({ name, contentType, base64 }) =>
      `\r\n--${boundary}\r\nContent-Type: ${contentType}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${base64.replace(/.{76}/g, '$&\r\n')}\r\n`,
  )
  const start = `\r\n--${boundary}\r\n${inner.map(({ text }) => `${text}\r\n`).join('')}`
  return joinMail(
    outer,
    Buffer.concat([Buffer.from(start), rest, Buffer.from(`${parts.join('')}--${boundary}--\r\n`)]),
  )
}
