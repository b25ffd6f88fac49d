import { randomBytes } from 'node:crypto'
import type { Place, StoredMail } from './account.ts'
import { jsonOf, type SignedCall, type VendorAnswer, type VendorParts, type VendorRoute } from './call.ts'
import { changeDraft, createDraft, mailOf, sendDraft } from './graph-drafts.ts'
import { expanded, graphError, graphMessage, noItem, selected } from './graph-shapes.ts'

const write = ['Mail.ReadWrite']
const read = ['Mail.ReadWrite', 'Mail.Read']
const reference = 'https://learn.microsoft.com/graph/api'
const folders: Readonly<Record<string, Place>> = { inbox: 'INBOX', sentitems: 'SENT', drafts: 'DRAFT' }
const pageRows = 50

/** Of a delta link: the change up to which everything was told, and the newest one when the link was made. */
function deltaState(token: string): { told: number; madeAt: number } {
  const [told = 0, madeAt = 0] = token.split('.').map(Number)
  return { told, madeAt }
}

async function delta(call: SignedCall, { world }: VendorParts): Promise<VendorAnswer> {
  const { account, query, base } = call
  const place = folders[call.parts[0] ?? '']
  if (!place) return noItem()
  const token = query.get('$deltatoken') ?? query.get('$skiptoken')
  const { told: since, madeAt } = deltaState(token ?? '')
  if (token !== null && madeAt < account.forgottenUpTo) {
    return graphError(410, 'SyncStateNotFound', 'The sync state generation is not found.')
  }
  const from = Date.parse(/receivedDateTime ge (\S+)/.exec(query.get('$filter') ?? '')?.[1] ?? '')
  const inFolder = account.mails.filter(mail => mail.place === place && mail.historyId > since)
  const fresh = inFolder
    .filter(mail => token !== null || Number.isNaN(from) || mail.atMs >= from)
    .toSorted((a, b) => a.historyId - b.historyId)
  const page = fresh.slice(0, pageRows)
  const isMore = fresh.length > page.length
  const until = isMore ? (page.at(-1)?.historyId ?? since) : account.lastChange
  const value = await Promise.all(page.map(async mail => selected(await graphMessage(world, mail), query)))
  const next = `${base}/graph/v1.0/me/mailFolders/${call.parts[0]}/messages/delta?${isMore ? '$skiptoken' : '$deltatoken'}=${until}.${account.lastChange}.${randomBytes(6).toString('base64url')}`
  return {
    status: 200,
    json: {
      '@odata.context': `${base}/graph/v1.0/$metadata#Collection(message)`,
      [isMore ? '@odata.nextLink' : '@odata.deltaLink']: next,
      value,
    },
  }
}

async function list(call: SignedCall, { world, settings }: VendorParts): Promise<VendorAnswer> {
  const place = folders[call.parts[0] ?? '']
  if (!place) return noItem()
  const filter = call.query.get('$filter') ?? ''
  const messageId = /internetMessageId eq '<?([^'>]*)>?'/.exec(filter)?.[1]
  const property = /ep\/id eq '([^']+)' and ep\/value eq '([^']*)'/.exec(filter)
  const indexedUntil = Date.now() - settings.searchLagMs
  const fits = (mail: StoredMail): boolean =>
    mail.place === place &&
    mail.atMs <= indexedUntil &&
    (messageId === undefined || mail.messageId === messageId) &&
    (property === null || mail.properties[property[1] ?? ''] === property[2])
  const found = call.account.mails.filter(fits).slice(-pageRows)
  return {
    status: 200,
    json: {
      value: await Promise.all(
        found.map(async mail => selected(await graphMessage(world, mail), call.query)),
      ),
    },
  }
}

function addFile(call: SignedCall, { world }: VendorParts): VendorAnswer {
  const mail = mailOf(call.account, call.parts[0])
  if (!mail) return noItem()
  const { name, contentType, contentBytes } = jsonOf(call) as Record<string, string>
  if (!name || contentBytes === undefined)
    return graphError(400, 'ErrorInvalidRequest', 'name and contentBytes are required')
  if (contentBytes.length > (3 * 1024 * 1024 * 4) / 3)
    return graphError(413, 'ErrorAttachmentSizeLimitExceeded', 'The attachment is larger than 3 MB.')
  mail.files.push({ name, contentType: contentType ?? 'application/octet-stream', base64: contentBytes })
  world.save()
  return {
    status: 201,
    json: { '@odata.type': '#microsoft.graph.fileAttachment', id: `att${mail.files.length}`, name },
  }
}

interface Upload {
  readonly mail: StoredMail
  readonly name: string
  readonly contentType: string
  readonly size: number
  chunks: Buffer[]
}
const uploads = new Map<string, Upload>()

function openUpload(call: SignedCall): VendorAnswer {
  const mail = mailOf(call.account, call.parts[0])
  if (!mail) return noItem()
  const { AttachmentItem: item } = jsonOf(call) as {
    AttachmentItem?: { name: string; size: number; contentType?: string }
  }
  if (!item?.name || !(item.size > 0))
    return graphError(400, 'ErrorInvalidRequest', 'AttachmentItem is required')
  const key = randomBytes(18).toString('base64url')
  uploads.set(key, {
    mail,
    name: item.name,
    size: item.size,
    contentType: item.contentType ?? 'application/octet-stream',
    chunks: [],
  })
  return {
    status: 201,
    json: {
      uploadUrl: `${call.base}/graph/upload/${key}`,
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      nextExpectedRanges: ['0-'],
    },
  }
}

/** One piece of a file; needs no token, its address is the secret. Undefined: no such upload. */
export function takeUpload(key: string, range: string, body: Buffer): VendorAnswer | undefined {
  const upload = uploads.get(key)
  if (!upload) return undefined
  const [, from] = /^bytes (\d+)-\d+\/\d+$/.exec(range) ?? []
  const held = upload.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (Number(from) !== held)
    return graphError(416, 'InvalidRange', 'The uploaded fragment overlaps or leaves a gap.')
  upload.chunks.push(Buffer.from(body))
  if (held + body.length < upload.size)
    return { status: 200, json: { nextExpectedRanges: [`${held + body.length}-`] } }
  const { mail, name, contentType } = upload
  mail.files.push({ name, contentType, base64: Buffer.concat(upload.chunks).toString('base64') })
  uploads.delete(key)
  return { status: 201, headers: { location: `/attachments/${mail.files.length}` } }
}

export const graphRoutes: readonly VendorRoute[] = [
  {
    ...{ method: 'GET', path: /^\/v1\.0\/me$/, scopes: ['User.Read'], source: `${reference}/user-get` },
    answer: ({ account, query }) => ({
      status: 200,
      json: selected(
        {
          ...{
            id: account.address,
            displayName: account.name,
            mail: account.address,
            userPrincipalName: account.address,
          },
          proxyAddresses: [
            `SMTP:${account.address}`,
            ...account.aliases.map(({ address }) => `smtp:${address}`),
          ],
        },
        query,
      ),
    }),
  },
  {
    method: 'POST',
    path: /^\/v1\.0\/me\/messages$/,
    scopes: write,
    source: `${reference}/user-post-messages`,
    answer: createDraft,
  },
  {
    ...{
      method: 'GET',
      path: /^\/v1\.0\/me\/messages\/([^/]+)$/,
      scopes: read,
      source: `${reference}/message-get`,
    },
    answer: async ({ account, parts: [id], query }, { world }) => {
      const mail = mailOf(account, id)
      if (!mail) return noItem()
      return {
        status: 200,
        json: { ...selected(await graphMessage(world, mail), query), ...expanded(mail, query) },
      }
    },
  },
  {
    ...{
      method: 'GET',
      path: /^\/v1\.0\/me\/messages\/([^/]+)\/\$value$/,
      scopes: read,
      source: `${reference}/message-get`,
    },
    answer: async ({ account, parts: [id] }, { world }) => {
      const mail = mailOf(account, id)
      return mail ? { status: 200, bytes: await world.read(mail), contentType: 'text/plain' } : noItem()
    },
  },
  {
    method: 'PATCH',
    path: /^\/v1\.0\/me\/messages\/([^/]+)$/,
    scopes: write,
    source: `${reference}/message-update`,
    answer: changeDraft,
  },
  {
    ...{
      method: 'DELETE',
      path: /^\/v1\.0\/me\/messages\/([^/]+)$/,
      scopes: write,
      source: `${reference}/message-delete`,
    },
    answer: async ({ account, parts: [id] }, { world }) => {
      const mail = mailOf(account, id)
      if (!mail) return noItem()
      await world.remove(account, mail)
      return { status: 204 }
    },
  },
  {
    method: 'POST',
    path: /^\/v1\.0\/me\/messages\/([^/]+)\/send$/,
    scopes: ['Mail.Send'],
    source: `${reference}/message-send`,
    answer: sendDraft,
  },
  {
    method: 'POST',
    path: /^\/v1\.0\/me\/messages\/([^/]+)\/attachments$/,
    scopes: write,
    source: `${reference}/message-post-attachments`,
    answer: addFile,
  },
  {
    ...{
      method: 'POST',
      path: /^\/v1\.0\/me\/messages\/([^/]+)\/attachments\/createUploadSession$/,
      scopes: write,
    },
    ...{ source: `${reference}/attachment-createuploadsession`, answer: openUpload },
  },
  {
    method: 'GET',
    path: /^\/v1\.0\/me\/mailFolders\/(\w+)\/messages\/delta$/,
    scopes: read,
    source: `${reference}/message-delta`,
    answer: delta,
  },
  {
    method: 'GET',
    path: /^\/v1\.0\/me\/mailFolders\/(\w+)\/messages$/,
    scopes: read,
    source: `${reference}/user-list-messages`,
    answer: list,
  },
]
