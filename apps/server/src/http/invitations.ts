import type { Invitation } from '@fairlead/contract'
import { sendSystemEmail } from '../compose/send-system-email.ts'
import { requireAddress } from '../mail/require-address.ts'
import { acceptInvitation, showInvitationLink } from '../team/accept-invitation.ts'
import type { Caller } from '../team/caller.ts'
import { showInvitation } from '../team/invitation.ts'
import {
  invite,
  listInvitations,
  type MadeInvitation,
  renewInvitation,
  revokeInvitation,
} from '../team/invite.ts'
import { switchWorkspace } from '../team/sessions.ts'
import { signIn } from '../team/sign-in.ts'
import { api, publicApi } from './api.ts'
import { addressOf } from './authenticate.ts'
import { mailedUrl } from './mailed-url.ts'
import { showMe } from './me.ts'
import type { HttpParts, RequestContext } from './parts.ts'
import { requireId } from './require-id.ts'

export function invitationRoutes(parts: HttpParts) {
  const { db } = parts
  return {
    list: api.invitations.list.handler(async ({ context: { caller } }) => ({
      invitations: (await listInvitations(db, caller.workspaceId)).map(showInvitation),
    })),
    create: api.invitations.create.handler(async ({ input, context }) =>
      mailed(await invite(db, context.caller, input), { parts, context, caller: context.caller }),
    ),
    resend: api.invitations.resend.handler(async ({ input, context }) => {
      const { caller } = context
      const invitationId = requireId('invitation', input.id)
      const made = await renewInvitation(db, { workspaceId: caller.workspaceId, invitationId })
      return mailed(made, { parts, context, caller })
    }),
    revoke: api.invitations.revoke.handler(({ input, context: { caller } }) =>
      revokeInvitation(db, {
        workspaceId: caller.workspaceId,
        invitationId: requireId('invitation', input.id),
      }),
    ),
  }
}

interface Mailing {
  readonly parts: HttpParts
  readonly context: RequestContext
  readonly caller: Caller
}

/** Mails the link. If that fails the invitation stands without one, and can be sent again. */
async function mailed(
  { row, token }: MadeInvitation,
  { parts, context, caller }: Mailing,
): Promise<Invitation> {
  await sendSystemEmail(
    {
      ...{ kind: 'invitation', to: requireAddress('address', row.address), expiresAt: row.expiresAt },
      params: { inviter: caller.memberName, workspace: caller.workspaceName },
      url: mailedUrl(context.publicUrl, 'invitation', token),
    },
    parts.accept,
  )
  return showInvitation(row)
}

export function invitationLinkRoutes(parts: HttpParts) {
  return {
    show: publicApi.invitationLinks.show.handler(async ({ input, context: { caller } }) => {
      const shown = await showInvitationLink(parts, input.token, caller)
      return { ...shown, expiresAt: shown.expiresAt.toISOString() }
    }),
    accept: publicApi.invitationLinks.accept.handler(async ({ input, context }) => {
      const { caller, visit } = context
      const { token, name, password } = input
      const accepted = await acceptInvitation(parts, { token, name, password }, caller)
      if (accepted.isCaller && caller !== null) {
        return showMe(await inNewWorkspace(parts, caller, accepted), parts, context.publicUrl)
      }
      const { address } = accepted
      const made = await signIn(parts, {
        ...{ address, password: password ?? '', visit, line: addressOf(visit.ip) },
      })
      context.setCookies(made.cookies)
      return showMe(await inNewWorkspace(parts, made.caller, accepted), parts, context.publicUrl)
    }),
  }
}

/** A session goes on in the workspace that was just joined; an API key stays in its own. */
async function inNewWorkspace(
  { db }: HttpParts,
  caller: Caller,
  { workspaceId }: Pick<Caller, 'workspaceId'>,
): Promise<Caller> {
  return caller.sessionId === null ? caller : switchWorkspace(db, caller, workspaceId)
}
