import { attachments } from './attachments.ts'
import { beforeSend } from './before-send.ts'
import { conversations } from './conversations.ts'
import { allowlist, domains } from './domain-routes.ts'
import { drafts } from './drafts.ts'
import { deliveries, emails } from './emails.ts'
import { identities, identityVerifications } from './identities.ts'
import { channelKindRoutes, links } from './links.ts'
import { live } from './live.ts'
import { apiKeys, invitationLinks, invitations, members } from './members.ts'
import { linkAccounts, linkConnections, oauthClients } from './oauth.ts'
import { sandbox } from './sandbox.ts'
import { people, previews, scheduledEmails } from './scheduled-emails.ts'
import { me, passwordReset, session, sessions, setup } from './sign-in.ts'
import { smtpPresetRoutes } from './smtp-presets.ts'
import { inbound, notices, threads } from './threads.ts'

/** The whole API, routes as data. */
export const contract = {
  setup,
  session,
  sessions,
  passwordReset,
  me,
  members,
  invitations,
  invitationLinks,
  apiKeys,
  emails,
  scheduledEmails,
  drafts,
  attachments,
  people,
  previews,
  beforeSend,
  deliveries,
  conversations,
  threads,
  inbound,
  notices,
  live,
  sandbox,
  identities,
  identityVerifications,
  linkConnections,
  linkAccounts,
  links,
  smtpPresets: smtpPresetRoutes,
  oauthClients,
  channelKinds: channelKindRoutes,
  domains,
  allowlist,
}
