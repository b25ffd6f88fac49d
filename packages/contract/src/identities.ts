import { z } from 'zod'
import { limits } from './limits.ts'
import { shownReason } from './reason.ts'
import { fails, publicRoute, route } from './route.ts'
import { ids, shownTime } from './schemas.ts'
import { mailedToken } from './sign-in.ts'

export const identity = z
  .object({
    id: ids.identity,
    memberId: ids.member,
    name: z.string(),
    address: z.string(),
    isDefault: z.boolean(),
    linkId: ids.link.nullable().meta({ description: 'null: the managed servers' }),
    permission: z
      .object({
        state: z.enum(['permitted', 'refused', 'unknown']),
        reason: shownReason.nullable(),
        checkedAt: shownTime.nullable(),
      })
      .meta({ description: 'does its delivery channel let it send? unknown: nobody has tried' }),
    verifiedAt: shownTime.nullable(),
    verifiedBy: z.enum(['mail', 'vouched', 'domain', 'account']).nullable(),
    createdAt: shownTime,
    signatureHtml: z
      .string()
      .meta({ description: 'as it is sent: cleaned; its pictures as cid:, read by getSignaturePicture' }),
    verification: z
      .object({ sentAt: shownTime, expiresAt: shownTime })
      .nullable()
      .meta({ description: 'the verification mail whose link still works' }),
    canBeAuthenticated: z.boolean().meta({ description: 'can its domain ever be a sending domain here?' }),
    cannotBeAuthenticatedBecause: z.enum(['free-mail']).nullable(),
    note: z.string().nullable().meta({ description: 'the same in an English sentence' }),
  })
  .meta({ description: 'A sender that recipients see' })
export type Identity = z.infer<typeof identity>

const name = z.string().trim().min(1).max(limits.nameCharacters)
const address = z.string().max(limits.addressCharacters)
const signatureHtml = z
  .string()
  .max(limits.signatureCharacters)
  .meta({
    description: `cleaned like the body of an email; new pictures (PNG, JPEG, GIF, WebP) as data: URLs, those it has already as cid:, ${limits.signaturePictures} at most, ${limits.signatureBytes / 1000} kB in all`,
  })

const signatureFails = [
  'signature.too-large',
  'signature.too-many-pictures',
  'signature.picture-invalid',
] as const

const deletedIdentity = z.object({
  id: ids.identity,
  kept: z.int().meta({ description: 'emails that are still sent' }),
  cancelled: z.int().meta({ description: 'emails that were taken back, whole or in part' }),
})

export const identities = {
  list: route
    .route({
      method: 'GET',
      path: '/identities',
      operationId: 'listIdentities',
      summary: 'Your identities; for an admin those of the whole workspace',
      tags: ['Identities'],
    })
    .output(z.object({ identities: z.array(identity) })),
  create: route
    .route({
      method: 'POST',
      path: '/identities',
      operationId: 'createIdentity',
      summary: 'Make an identity; it cannot send before it is verified',
      description: 'Sends the verification mail.',
      tags: ['Identities'],
      successStatus: 201,
    })
    .errors(
      fails('identity.exists', 'email.address-invalid', 'email.line-break', ...signatureFails, 'not-found'),
    )
    .input(
      z.strictObject({
        name,
        address,
        isDefault: z.boolean().default(false),
        linkId: ids.link.nullable().optional(),
        signatureHtml: signatureHtml.optional(),
      }),
    )
    .output(identity),
  update: route
    .route({
      method: 'PATCH',
      path: '/identities/{id}',
      operationId: 'updateIdentity',
      summary: 'Change an identity of yours; another address has to be verified again',
      description: 'Fields that are left out stay. A changed address sends a verification mail there.',
      tags: ['Identities'],
    })
    .errors(
      fails('identity.exists', 'email.address-invalid', 'email.line-break', ...signatureFails, 'not-found'),
    )
    .input(
      z.strictObject({
        id: ids.identity,
        name: name.optional(),
        address: address.optional(),
        isDefault: z.literal(true).optional().meta({ description: 'takes the place of the present default' }),
        linkId: ids.link.nullable().optional().meta({ description: 'null: the managed servers' }),
        signatureHtml: signatureHtml.optional(),
      }),
    )
    .output(identity),
  delete: route
    .route({
      method: 'DELETE',
      path: '/identities/{id}',
      operationId: 'deleteIdentity',
      summary: 'Delete an identity of yours; asks when mail of it is waiting',
      tags: ['Identities'],
      inputStructure: 'detailed',
    })
    .errors(fails('not-found', 'identity.has-waiting'))
    .input(
      z.object({
        params: z.object({ id: ids.identity }),
        query: z.strictObject({
          waiting: z
            .enum(['keep', 'cancel'])
            .optional()
            .meta({ description: 'keep: what waits is still sent; cancel: it is taken back' }),
        }),
      }),
    )
    .output(deletedIdentity),
  sendVerification: route
    .route({
      method: 'POST',
      path: '/identities/{id}/verification',
      operationId: 'sendVerification',
      summary: 'Send a verification mail again; earlier links end',
      description: 'The link works once and for 72 hours.',
      tags: ['Identities'],
      successStatus: 202,
    })
    .errors(fails('not-found', 'identity.verified'))
    .input(z.object({ id: ids.identity }))
    .output(identity),
  picture: route
    .route({
      method: 'GET',
      path: '/identities/{id}/pictures/{contentId}',
      operationId: 'getSignaturePicture',
      summary: 'The bytes of a picture in a signature, which the html shows as cid:',
      tags: ['Identities'],
      outputStructure: 'detailed',
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.identity, contentId: z.string().max(200) }))
    .output(
      z.object({
        headers: z.object({
          'content-security-policy': z.string(),
          'x-content-type-options': z.literal('nosniff'),
          'cache-control': z.string(),
        }),
        body: z.instanceof(Blob),
      }),
    ),
  vouch: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/identities/{id}/vouch',
      operationId: 'vouchForIdentity',
      summary: 'An admin vouches that this address belongs to the member',
      tags: ['Identities'],
    })
    .errors(fails('auth.forbidden', 'not-found'))
    .input(z.object({ id: ids.identity }))
    .output(identity),
}

/** The other side of a verification mail: whoever reads the mailbox, signed in or not. */
export const identityVerifications = {
  show: publicRoute
    .route({
      method: 'GET',
      path: '/identity-verifications/{token}',
      operationId: 'showVerification',
      summary: 'What the link verifies; changes nothing, so that scanners may open it',
      tags: ['Identities'],
    })
    .errors(fails('token.unusable'))
    .input(z.object({ token: mailedToken }))
    .output(
      z.object({
        name: z.string(),
        address: z.string(),
        memberName: z.string().meta({ description: 'who will send from it' }),
        workspaceName: z.string(),
        expiresAt: shownTime,
      }),
    ),
  verify: publicRoute
    .route({
      method: 'POST',
      path: '/identity-verifications/{token}',
      operationId: 'verifyIdentity',
      summary: 'Verify the identity',
      tags: ['Identities'],
    })
    .errors(fails('token.unusable'))
    .input(z.object({ token: mailedToken }))
    .output(z.object({ name: z.string(), address: z.string(), verifiedAt: shownTime })),
}
