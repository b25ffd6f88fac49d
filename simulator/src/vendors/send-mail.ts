import { randomBytes } from 'node:crypto'
import addressparser from 'nodemailer/lib/addressparser'
import type { Account, StoredMail } from './account.ts'
import type { VendorParts } from './call.ts'
import { fieldValue, joinMail, splitMail, withField, withoutField } from './mail-bytes.ts'

/** Everybody in To, Cc and Bcc, once. */
export function recipientsOf(raw: Buffer): string[] {
  const { fields } = splitMail(raw)
  const named = ['to', 'cc', 'bcc'].flatMap(name =>
    addressparser(fieldValue(fields, name), { flatten: true }),
  )
  return [...new Set(named.flatMap(({ address }) => (address ? [address] : [])))]
}

/** Whose address stands in From: what the mail says where the account may, the account's own else. */
export function senderOf(account: Account, asked: string): { address: string; isOwn: boolean } {
  const alias = account.aliases.find(
    one => one.isConfirmed && one.address.toLowerCase() === asked.toLowerCase(),
  )
  return { address: alias?.address ?? account.address, isOwn: alias === undefined }
}

/**
 * Sends a mail: Bcc stands in the Sent copy and in nothing that leaves, From is an address of the account, one copy
 * lies in Sent. Answers the mail as it left.
 */
export async function sendMail(
  sending: { account: Account; raw: Buffer; keepsMessageId: boolean },
  carry: (raw: Buffer, recipients: readonly string[]) => Promise<void>,
): Promise<Buffer> {
  const { account } = sending
  const { fields, rest } = splitMail(sending.raw)
  const [from] = addressparser(fieldValue(fields, 'from'), { flatten: true })
  const { address } = senderOf(account, from?.address ?? '')
  let kept = fields
  if (from?.address?.toLowerCase() !== address.toLowerCase()) {
    kept = withField(kept, 'From', `${account.name} <${address}>`)
  }
  if (!sending.keepsMessageId) {
    kept = withField(kept, 'Message-ID', `<CA${randomBytes(16).toString('base64url')}@mail.gmail.com>`)
  }
  const sent = joinMail(kept, rest)
  await carry(joinMail(withoutField(kept, 'bcc'), rest), recipientsOf(sending.raw))
  return sent
}

/** Puts a mail that left into Sent, in place of its draft. */
export async function fileSent(
  { world }: VendorParts,
  of: { account: Account; raw: Buffer; threadId: string },
): Promise<StoredMail> {
  return await world.put(of.account, { raw: of.raw, place: 'SENT', threadId: of.threadId })
}
