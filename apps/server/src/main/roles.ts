/** What a process of Fairlead can do; one process may do all of it. */
export const allRoles = ['http', 'worker', 'inbound'] as const
export type Role = (typeof allRoles)[number]
