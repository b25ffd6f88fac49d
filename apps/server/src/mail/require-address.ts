import { Problem } from '@fairlead/contract'
import { checkAddress } from './address.ts'
import type { Address } from './message.ts'

/** The address that somebody typed. Problem: email.address-invalid. */
export function requireAddress(field: string, typed: string): Address {
  const checked = checkAddress(typed.trim())
  if ('address' in checked) return checked.address
  throw new Problem('email.address-invalid', {
    ...{ field, address: typed.slice(0, 100), problem: checked.problem },
  })
}
