import { foldAddress } from '../mail/address.ts'
import type { Address } from '../mail/message.ts'
import type { SentElsewhere } from './channel.ts'

const domainIn = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** A mail that `account` sent without us, to these addresses in any field; each recipient counts once. */
export function sentElsewhere(account: string, mail: { at: Date; to: readonly string[] }): SentElsewhere {
  const to = new Set(mail.to.filter(address => address.includes('@')).map(one => foldAddress(one as Address)))
  const own = domainIn(account)
  const external = [...to].filter(address => domainIn(address) !== own).length
  return { at: mail.at, recipients: to.size, external }
}
