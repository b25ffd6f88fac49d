/** Name of what is remembered of the workspace’s invitations. */
export const invitationsKey = ['invitations']
