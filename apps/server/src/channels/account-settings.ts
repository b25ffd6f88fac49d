import { z } from 'zod'
import { foldAddress } from '../mail/address.ts'
import type { Address, Mailbox } from '../mail/message.ts'

/** An address that an account may send as. */
const accountAddress = z.strictObject({
  address: z.string(),
  name: z.string(),
  /** account: its own; alias: set up by its owner; proxy: given by the organisation. */
  kind: z.enum(['account', 'alias', 'proxy']),
  /** False: the provider still waits for a confirmation, and does not send as it. */
  isConfirmed: z.boolean(),
})
export type AccountAddress = z.output<typeof accountAddress>

/** What a link to an account at a provider stores in the open. */
export const accountSettings = z.strictObject({
  /** The account's own address. */
  address: z.string(),
  name: z.string(),
  addresses: z.array(accountAddress).default([]),
  /** A free mailbox, which has lower limits. */
  isFree: z.boolean().default(false),
  /** An account of the simulator. */
  isSimulated: z.boolean().default(false),
  /** When the provider ends the grant by itself (ISO 8601); null: not that anybody knows. */
  grantEndsAt: z.string().nullable().default(null),
})
export type AccountSettings = z.output<typeof accountSettings>

/** Confirmed addresses beside the account's own. */
export function sendsAs({ addresses = [] }: Partial<AccountSettings>): Address[] {
  return addresses
    .filter(one => one.isConfirmed && one.kind !== 'account')
    .map(({ address }) => address as Address)
}

/**
 * From as the provider will send it: the identity's where the account may send as it, else the identity's name with
 * the account's address.
 */
export function fromOf(settings: AccountSettings, identity: Mailbox): Mailbox {
  const key = foldAddress(identity.address)
  const known = [settings.address as Address, ...sendsAs(settings)].find(one => foldAddress(one) === key)
  return { name: identity.name, address: known ?? (settings.address as Address) }
}
