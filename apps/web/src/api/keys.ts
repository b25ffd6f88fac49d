import type { Folder } from '@fairlead/contract'

/** Names of what is remembered of the server's answers; a list's key begins with its noun, so that one call refreshes all of it. */
export const keys = {
  session: ['session'],
  setup: ['setup'],
  members: ['members'],
  conversations: ['conversations'],
  conversationCounts: ['conversations', 'counts'],
  conversationRows: (filter: { folder?: Folder; q?: string }) => ['conversations', 'rows', filter],
  email: (id: string) => ['emails', id],
  emails: ['emails'],
  drafts: ['drafts'],
  identities: ['identities'],
  links: ['links'],
  dayLimits: ['day-limits'],
  domains: ['domains'],
  domain: (id: string) => ['domains', id],
} as const
