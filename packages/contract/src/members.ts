import { z } from 'zod'
import { limits } from './limits.ts'
import { fails, publicRoute, route } from './route.ts'
import { ids, role, shownTime } from './schemas.ts'
import { mailedToken, newPassword, whoAmI } from './sign-in.ts'

const waiting = z
  .object({
    scheduled: z.int().meta({ description: 'emails that are due later' }),
    queued: z.int().meta({ description: 'deliveries that are in the queue' }),
  })
  .meta({ description: 'Mail that has not left yet' })
export type Waiting = z.infer<typeof waiting>

export const member = z
  .object({
    id: ids.member,
    name: z.string(),
    address: z.string(),
    role,
    isYou: z.boolean(),
    createdAt: shownTime,
    waiting,
  })
  .meta({ description: 'A person in a workspace' })
export type Member = z.infer<typeof member>

export const members = {
  list: route
    .route({
      method: 'GET',
      path: '/members',
      operationId: 'listMembers',
      summary: 'The members of the workspace, oldest first; a rep sees themselves',
      tags: ['Team'],
    })
    .output(z.object({ members: z.array(member) })),
  update: route
    .meta({ access: 'admin' })
    .route({
      method: 'PATCH',
      path: '/members/{id}',
      operationId: 'updateMember',
      summary: 'Change a member’s role',
      tags: ['Team'],
    })
    .errors(fails('auth.forbidden', 'not-found', 'member.last-admin'))
    .input(z.strictObject({ id: ids.member, role }))
    .output(member),
  remove: route
    .meta({ access: 'admin' })
    .route({
      method: 'DELETE',
      path: '/members/{id}',
      operationId: 'removeMember',
      summary: 'Remove a member: their sessions and API keys here end at once',
      description:
        'Nothing of theirs is deleted. Mail that waits is still sent; the answer says how much. A new invitation brings them back with what was theirs.',
      tags: ['Team'],
    })
    .errors(fails('auth.forbidden', 'not-found', 'member.last-admin'))
    .input(z.object({ id: ids.member }))
    .output(z.object({ id: ids.member, waiting, sentence: z.string() })),
}

export const invitation = z
  .object({
    id: ids.invitation,
    address: z.string(),
    role,
    state: z.enum(['open', 'expired', 'accepted', 'revoked']),
    invitedBy: z.string().meta({ description: 'name of the admin' }),
    createdAt: shownTime,
    sentAt: shownTime.meta({ description: 'when the latest mail was sent' }),
    expiresAt: shownTime,
  })
  .meta({ description: 'An invitation into the workspace' })
export type Invitation = z.infer<typeof invitation>

export const invitations = {
  list: route
    .meta({ access: 'admin' })
    .route({
      method: 'GET',
      path: '/invitations',
      operationId: 'listInvitations',
      summary: 'Invitations that are open or have expired, the latest first',
      tags: ['Team'],
    })
    .errors(fails('auth.forbidden'))
    .output(z.object({ invitations: z.array(invitation) })),
  create: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/invitations',
      operationId: 'createInvitation',
      summary: 'Invite an address; the link in the mail works once and for 7 days',
      description: 'An open invitation of the same address is replaced, and its link with it.',
      tags: ['Team'],
      successStatus: 201,
    })
    .errors(fails('auth.forbidden', 'email.address-invalid', 'member.exists'))
    .input(z.strictObject({ address: z.string().max(limits.addressCharacters), role: role.default('rep') }))
    .output(invitation),
  resend: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/invitations/{id}/resend',
      operationId: 'resendInvitation',
      summary: 'Send a new link; the old one ends',
      tags: ['Team'],
      successStatus: 202,
    })
    .errors(fails('auth.forbidden', 'not-found', 'invitation.not-open'))
    .input(z.object({ id: ids.invitation }))
    .output(invitation),
  revoke: route
    .meta({ access: 'admin' })
    .route({
      method: 'DELETE',
      path: '/invitations/{id}',
      operationId: 'revokeInvitation',
      summary: 'Take an invitation back',
      tags: ['Team'],
      successStatus: 204,
    })
    .errors(fails('auth.forbidden', 'not-found', 'invitation.not-open'))
    .input(z.object({ id: ids.invitation }))
    .output(z.void()),
}

/** The other side of an invitation: the person who got the mail. */
export const invitationLinks = {
  show: publicRoute
    .route({
      method: 'GET',
      path: '/invitation-links/{token}',
      operationId: 'showInvitation',
      summary: 'What the link invites to; changes nothing',
      tags: ['Team'],
    })
    .errors(fails('token.unusable'))
    .input(z.object({ token: mailedToken }))
    .output(
      z.object({
        workspaceName: z.string(),
        address: z.string(),
        invitedBy: z.string(),
        expiresAt: shownTime,
        needs: z.enum(['account', 'sign-in', 'nothing']).meta({
          description:
            'account: name and password make one; sign-in: the address has an account; nothing: you are signed in with it',
        }),
      }),
    ),
  accept: publicRoute
    .route({
      method: 'POST',
      path: '/invitation-links/{token}/accept',
      operationId: 'acceptInvitation',
      summary: 'Become a member, with a new account or the one you are signed in with',
      description:
        'The invited address becomes the default identity; the mail has verified it. Sets the session cookie.',
      tags: ['Team'],
      successStatus: 201,
    })
    .errors(
      fails(
        'token.unusable',
        'email.line-break',
        'password.too-short',
        'password.too-long',
        'invitation.other-address',
        'invitation.sign-in-first',
        'member.exists',
      ),
    )
    .input(
      z.strictObject({
        token: mailedToken,
        name: z
          .string()
          .trim()
          .min(1)
          .max(limits.nameCharacters)
          .optional()
          .meta({ description: 'with a password: makes the account' }),
        password: newPassword.optional(),
      }),
    )
    .output(whoAmI),
}

export const apiKey = z
  .object({
    id: ids.apiKey,
    name: z.string(),
    prefix: z.string().meta({ description: 'its first characters, to know it again' }),
    createdAt: shownTime,
    lastUsedAt: shownTime.nullable().meta({ description: 'to within a minute' }),
    expiresAt: shownTime.nullable(),
  })
  .meta({ description: 'A key that is you for programs' })
export type ApiKey = z.infer<typeof apiKey>

export const apiKeys = {
  list: route
    .route({
      method: 'GET',
      path: '/api-keys',
      operationId: 'listApiKeys',
      summary: 'Your API keys in this workspace, the latest first',
      tags: ['API keys'],
    })
    .output(z.object({ apiKeys: z.array(apiKey) })),
  create: route
    .route({
      method: 'POST',
      path: '/api-keys',
      operationId: 'createApiKey',
      summary: 'Make an API key; it is shown in this answer and never again',
      tags: ['API keys'],
      successStatus: 201,
    })
    .errors(fails('email.line-break'))
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        expiresInDays: z.int().min(1).max(3_650).optional().meta({ description: 'default: never' }),
      }),
    )
    .output(apiKey.extend({ key: z.string() })),
  revoke: route
    .route({
      method: 'DELETE',
      path: '/api-keys/{id}',
      operationId: 'revokeApiKey',
      summary: 'End an API key of yours; elsewhere within five seconds',
      tags: ['API keys'],
      successStatus: 204,
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.apiKey }))
    .output(z.void()),
}
