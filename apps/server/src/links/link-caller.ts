import { Problem } from '@fairlead/contract'
import type { MemberId } from '../platform/ids.ts'
import type { Caller } from '../team/caller.ts'

/** Who does something with a link. */
export type LinkCaller = Pick<Caller, 'workspaceId' | 'memberId' | 'role'>

/** Whose a link is; `memberId` null: the team's. */
export interface LinkOwner {
  readonly memberId: MemberId | null
  /** The owner is in the workspace no more. */
  readonly hasOwnerLeft: boolean
}

/** Settings, secret, check, resume: the owner's alone; for the team's, admins (spec 11). */
export function mayChange(link: LinkOwner, caller: LinkCaller): boolean {
  return link.memberId === null ? caller.role === 'admin' : link.memberId === caller.memberId
}

/** Pause and remove: whoever may change it, and admins where the owner has left and nobody else could. */
export function mayRemove(link: LinkOwner, caller: LinkCaller): boolean {
  return mayChange(link, caller) || (link.hasOwnerLeft && caller.role === 'admin')
}

/** Problem: auth.forbidden. */
export function requireRight(isAllowed: boolean): void {
  if (!isAllowed) throw new Problem('auth.forbidden')
}
