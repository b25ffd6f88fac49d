import { z } from 'zod'
import { limits } from './limits.ts'
import { fails, publicRoute, route } from './route.ts'
import { ids, role, shownTime } from './schemas.ts'
import { channelKinds } from './states.ts'

const address = z.string().max(limits.addressCharacters)
const personName = z.string().trim().min(1).max(limits.nameCharacters)
/** Its length is checked beyond the schema, so that the answer says what a password needs. */
const password = z.string().max(limits.passwordInputCharacters)
export const newPassword = password.meta({
  description: `${limits.passwordLeastCharacters} to ${limits.passwordCharacters} characters`,
})
export const mailedToken = z
  .string()
  .max(200)
  .meta({ description: 'the last part of the link that was mailed' })
const mode = z.enum(['sandbox', 'live']).meta({ description: 'sandbox: nothing leaves this machine' })

export const whoAmI = z
  .object({
    user: z
      .object({ name: z.string(), address: z.string() })
      .meta({ description: 'the login, one for all workspaces' }),
    workspace: z.object({ id: ids.workspace, name: z.string() }),
    member: z.object({ id: ids.member, name: z.string(), address: z.string(), role }),
    workspaces: z.array(z.object({ id: ids.workspace, name: z.string(), memberId: ids.member, role })).meta({
      description: 'all that this person is a member of, oldest first; with an API key the one of the key',
    }),
    signedInBy: z.enum(['session', 'api-key']),
    mode,
    publicUrl: z.string().meta({ description: 'links in mail begin with it; no slash at the end' }),
    features: z.object({
      sandboxInbox: z.boolean().meta({ description: 'there is a simulated internet to look into' }),
      channelKinds: z
        .array(z.enum(channelKinds))
        .meta({ description: 'ways out that this installation has' }),
    }),
  })
  .meta({ description: 'Who is signed in, and where' })
export type WhoAmI = z.infer<typeof whoAmI>

/** The first visitor makes the workspace. */
export const setup = {
  get: publicRoute
    .route({
      method: 'GET',
      path: '/setup',
      operationId: 'getSetup',
      summary: 'Does this installation wait for its first person?',
      tags: ['Setup'],
    })
    .output(
      z.object({
        needsSetup: z.boolean(),
        mode,
        signUpOpen: z.boolean().meta({ description: 'false: later people come by invitation' }),
      }),
    ),
  create: publicRoute
    .route({
      method: 'POST',
      path: '/setup',
      operationId: 'createSetup',
      summary: 'Make the first workspace and its admin, and sign in',
      description:
        'Works once, while nobody is a member of anything. The admin’s own address becomes the default identity and may send at once. Sets the session cookie.',
      tags: ['Setup'],
      successStatus: 201,
    })
    .errors(
      fails(
        'setup.done',
        'email.address-invalid',
        'email.line-break',
        'password.too-short',
        'password.too-long',
      ),
    )
    .input(z.strictObject({ workspaceName: personName, name: personName, address, password: newPassword }))
    .output(whoAmI),
}

/** The session of this browser: a cookie that scripts cannot read. */
export const session = {
  create: publicRoute
    .route({
      method: 'POST',
      path: '/session',
      operationId: 'signIn',
      summary: 'Sign in with address and password',
      description: 'Sets the session cookie, for 14 days since the last visit.',
      tags: ['Session'],
      successStatus: 201,
    })
    .errors(fails('auth.wrong-password', 'auth.too-many-attempts', 'auth.no-workspace'))
    .input(z.strictObject({ address, password }))
    .output(whoAmI),
  end: publicRoute
    .route({
      method: 'DELETE',
      path: '/session',
      operationId: 'signOut',
      summary: 'Sign out; without a session nothing happens',
      tags: ['Session'],
      successStatus: 204,
    })
    .output(z.void()),
  switchWorkspace: route
    .route({
      method: 'PUT',
      path: '/session/workspace',
      operationId: 'switchWorkspace',
      summary: 'Work in another workspace of yours from now on',
      description:
        'For this session. A request may also name its workspace in the header Fairlead-Workspace, so that two tabs can be in two.',
      tags: ['Session'],
    })
    .errors(fails('not-found'))
    .input(z.strictObject({ workspaceId: ids.workspace }))
    .output(whoAmI),
}

export const sessionShown = z
  .object({
    id: ids.session,
    isCurrent: z.boolean(),
    createdAt: shownTime,
    lastSeenAt: shownTime.meta({ description: 'to within a day' }),
    expiresAt: shownTime,
    ip: z.string().nullable(),
    userAgent: z.string().nullable().meta({ description: 'as the browser named itself' }),
  })
  .meta({ description: 'A browser that somebody is signed in with' })
export type Session = z.infer<typeof sessionShown>

export const sessions = {
  list: route
    .route({
      method: 'GET',
      path: '/sessions',
      operationId: 'listSessions',
      summary: 'Where you are signed in, the latest first',
      tags: ['Session'],
    })
    .output(z.object({ sessions: z.array(sessionShown) })),
  revoke: route
    .route({
      method: 'DELETE',
      path: '/sessions/{id}',
      operationId: 'revokeSession',
      summary: 'End one of your sessions',
      tags: ['Session'],
      successStatus: 204,
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.session }))
    .output(z.void()),
  revokeOthers: route
    .route({
      method: 'DELETE',
      path: '/sessions',
      operationId: 'revokeOtherSessions',
      summary: 'End all of your sessions but this one',
      tags: ['Session'],
    })
    .output(z.object({ ended: z.int() })),
}

export const passwordReset = {
  request: publicRoute
    .route({
      method: 'POST',
      path: '/password-reset',
      operationId: 'requestPasswordReset',
      summary: 'Mail a link that sets a new password, valid for an hour',
      description: 'The answer is the same whether the address has an account or not.',
      tags: ['Session'],
      successStatus: 202,
    })
    .input(z.strictObject({ address }))
    .output(z.object({ accepted: z.literal(true) })),
  show: publicRoute
    .route({
      method: 'GET',
      path: '/password-reset/{token}',
      operationId: 'showPasswordReset',
      summary: 'Does the link still work? Changes nothing',
      tags: ['Session'],
    })
    .errors(fails('token.unusable'))
    .input(z.object({ token: mailedToken }))
    .output(z.object({ address: z.string(), expiresAt: shownTime })),
  finish: publicRoute
    .route({
      method: 'POST',
      path: '/password-reset/{token}',
      operationId: 'finishPasswordReset',
      summary: 'Set the new password; ends all sessions',
      tags: ['Session'],
      successStatus: 204,
    })
    .errors(fails('token.unusable', 'password.too-short', 'password.too-long'))
    .input(z.strictObject({ token: mailedToken, password: newPassword }))
    .output(z.void()),
}

export const me = {
  get: route
    .route({
      method: 'GET',
      path: '/me',
      operationId: 'getMe',
      summary: 'Who you are, and where',
      tags: ['Me'],
    })
    .output(whoAmI),
  rename: route
    .route({
      method: 'PATCH',
      path: '/me',
      operationId: 'renameMe',
      summary: 'Change your name as colleagues see it; identities keep theirs',
      tags: ['Me'],
    })
    .errors(fails('email.line-break'))
    .input(z.strictObject({ name: personName }))
    .output(whoAmI),
  changePassword: route
    .route({
      method: 'POST',
      path: '/me/password',
      operationId: 'changePassword',
      summary: 'Change your password; ends all your other sessions',
      tags: ['Me'],
    })
    .errors(fails('password.wrong', 'password.too-short', 'password.too-long', 'auth.too-many-attempts'))
    .input(z.strictObject({ currentPassword: password, newPassword }))
    .output(z.object({ ended: z.int().meta({ description: 'other sessions that were ended' }) })),
}
