import { type Identity, Problem } from '@fairlead/contract'
import { prepareSignature } from '../compose/prepare-signature.ts'
import { sendSystemEmail } from '../compose/send-system-email.ts'
import { createIdentity } from '../identities/create-identity.ts'
import { deleteIdentity, readWaitingEmails } from '../identities/delete-identity.ts'
import { listIdentities } from '../identities/list-identities.ts'
import { readPicture } from '../identities/signature.ts'
import { updateIdentity, type WhichIdentity } from '../identities/update-identity.ts'
import { showVerification, startVerification, verifyIdentity } from '../identities/verification.ts'
import { vouchForIdentity } from '../identities/vouch-for-identity.ts'
import { cancelEmail } from '../outbox/cancel-email.ts'
import { type IdentityId, type LinkId, showId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'
import { paceAttempt } from '../team/pace-attempts.ts'
import { api, publicApi } from './api.ts'
import { pictureOf } from './downloads.ts'
import { mailedUrl } from './mailed-url.ts'
import type { HttpParts } from './parts.ts'
import { requireId } from './require-id.ts'

export function identityRoutes(parts: HttpParts) {
  const { db, log } = parts
  return {
    list: api.identities.list.handler(async ({ context: { caller } }) => ({
      identities: await listIdentities(db, {
        workspaceId: caller.workspaceId,
        memberId: caller.role === 'admin' ? null : caller.memberId,
      }),
    })),
    create: api.identities.create.handler(async ({ input, context: { caller, publicUrl } }) => {
      const { workspaceId, memberId } = caller
      await paceVerification(parts, input.address)
      const made = await createIdentity(db, {
        ...{ workspaceId, memberId, name: input.name, address: input.address, isDefault: input.isDefault },
        linkId: linkIdOf(input.linkId) ?? null,
        ...signatureOf(input.signatureHtml),
      })
      return made.verifiedAt === null
        ? mailVerification({ parts, caller, publicUrl }, requireId('identity', made.id))
        : made
    }),
    update: updateRoute(parts),
    delete: api.identities.delete.handler(({ input, context: { caller } }) =>
      removeIdentity(parts, whichOf(caller, requireId('identity', input.params.id)), input.query.waiting),
    ),
    sendVerification: api.identities.sendVerification.handler(
      async ({ input, context: { caller, publicUrl } }) => {
        const identityId = requireId('identity', input.id)
        const { address } = await ownIdentity(parts, caller, identityId)
        await paceVerification(parts, address)
        return mailVerification({ parts, caller, publicUrl }, identityId)
      },
    ),
    picture: api.identities.picture.handler(async ({ input, context: { caller } }) => {
      const { contentType, content } = await readPicture(db, {
        workspaceId: caller.workspaceId,
        memberId: caller.role === 'admin' ? null : caller.memberId,
        identityId: requireId('identity', input.id),
        contentId: input.contentId,
      })
      return pictureOf(content, contentType)
    }),
    vouch: api.identities.vouch.handler(async ({ input, context: { caller } }) => {
      const { workspaceId, memberId } = caller
      const identity = await vouchForIdentity(db, {
        workspaceId,
        identityId: requireId('identity', input.id),
      })
      log.info({ workspaceId, memberId, identityId: identity.id }, 'An admin vouched for an identity')
      return identity
    }),
  }
}

function updateRoute(parts: HttpParts) {
  return api.identities.update.handler(async ({ input, context: { caller, publicUrl } }) => {
    const identityId = requireId('identity', input.id)
    const { name, address, isDefault } = input
    const linkId = linkIdOf(input.linkId)
    if (address !== undefined) await paceVerification(parts, address)
    const { identity, isMoved } = await updateIdentity(parts.db, whichOf(caller, identityId), {
      ...(name === undefined ? {} : { name }),
      ...(address === undefined ? {} : { address }),
      ...(isDefault === undefined ? {} : { isDefault }),
      ...(linkId === undefined ? {} : { linkId }),
      ...signatureOf(input.signatureHtml),
    })
    return isMoved && identity.verifiedAt === null
      ? mailVerification({ parts, caller, publicUrl }, identityId)
      : identity
  })
}

export function identityVerificationRoutes({ db }: HttpParts) {
  return {
    show: publicApi.identityVerifications.show.handler(async ({ input }) => {
      const shown = await showVerification(db, input.token)
      return { ...shown, expiresAt: shown.expiresAt.toISOString() }
    }),
    verify: publicApi.identityVerifications.verify.handler(async ({ input }) => {
      const verified = await verifyIdentity(db, input.token)
      return { ...verified, verifiedAt: verified.verifiedAt.toISOString() }
    }),
  }
}

const whichOf = ({ workspaceId, memberId }: Caller, identityId: IdentityId): WhichIdentity => ({
  ...{ workspaceId, memberId, identityId },
})

/** Left out: undefined; the managed servers: null. */
function linkIdOf(shown: string | null | undefined): LinkId | null | undefined {
  return typeof shown === 'string' ? requireId('link', shown) : shown
}

const signatureOf = (html: string | undefined) =>
  html === undefined ? {} : { signature: prepareSignature(html) }

/** Nobody's mailbox is flooded by asking for verifications. */
function paceVerification({ db }: HttpParts, address: string): Promise<void> {
  const of = `verification ${address.trim().toLowerCase()}`
  return paceAttempt(db, [{ of, free: 10, waitSeconds: 60, mostSeconds: 3_600 }], 'rate.limited')
}

async function ownIdentity({ db }: HttpParts, caller: Caller, identityId: IdentityId): Promise<Identity> {
  const { workspaceId, memberId } = caller
  const own = await listIdentities(db, { workspaceId, memberId })
  const found = own.find(identity => identity.id === showId('identity', identityId))
  if (found === undefined) throw new Problem('not-found', { what: 'identity' })
  if (found.verifiedAt !== null) throw new Problem('identity.verified', { address: found.address })
  return found
}

/** Makes a link and mails it. If that fails the identity stands unverified, and the mail can be sent again. */
async function mailVerification(
  { parts, caller, publicUrl }: { parts: HttpParts; caller: Caller; publicUrl: string },
  identityId: IdentityId,
): Promise<Identity> {
  const { identity, address, token, expiresAt } = await startVerification(
    parts.db,
    whichOf(caller, identityId),
  )
  const params = { member: caller.memberName, workspace: caller.workspaceName, address }
  const url = mailedUrl(publicUrl, 'verification', token)
  await sendSystemEmail({ kind: 'verification', to: address, params, url, expiresAt }, parts.accept)
  return identity
}

/** Takes waiting mail back first where that is wanted: mail that cannot be taken back any more has left. */
async function removeIdentity(
  { db }: HttpParts,
  of: WhichIdentity,
  wish: 'keep' | 'cancel' | undefined,
): Promise<{ id: string; kept: number; cancelled: number }> {
  let cancelled = 0
  if (wish === 'cancel') {
    const { scheduled, queued } = await readWaitingEmails(db, of)
    for (const emailId of [...scheduled, ...queued]) cancelled += await cancelOne(db, { ...of, emailId })
  }
  const kept = await deleteIdentity(db, of, { keepsWaiting: wish !== undefined })
  return { id: showId('identity', of.identityId), kept, cancelled }
}

async function cancelOne(db: HttpParts['db'], which: Parameters<typeof cancelEmail>[1]): Promise<number> {
  try {
    await cancelEmail(db, which)
    return 1
  } catch (error) {
    if (error instanceof Problem && error.code === 'email.not-cancellable') return 0
    throw error
  }
}
