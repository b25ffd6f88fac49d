import { useMember } from '../api/session.ts'
import { type Place, usePlaces } from './place.ts'

/** The places this member can use here; the others are not shown at all. */
export function usePlacesForMember(): readonly Place[] {
  const { member, features } = useMember()
  return usePlaces().filter(
    place =>
      (!place.isForAdmins || member.role === 'admin') && (!place.isForSandbox || features.sandboxInbox),
  )
}
