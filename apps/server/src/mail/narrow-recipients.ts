import addressparser from 'nodemailer/lib/addressparser'
import { foldAddress } from './address.ts'
import { fold, mailboxField } from './header-field.ts'
import type { Address } from './message.ts'

/** A header for a provider that reads its recipients from there. */
export interface NarrowedHeaders {
  /** To and Cc without those who must not get it, and Bcc with those who get it unseen. */
  readonly headers: readonly string[]
  readonly bcc: readonly Address[]
}

/**
 * Gmail and Microsoft have no envelope: whoever stands in To, Cc or Bcc gets the message. Of To and Cc those stay who
 * are among `recipients`; recipients who stand in neither go into Bcc, which the provider takes off. `headers` are
 * fields as renderMessage makes them.
 */
export function narrowRecipients(
  headers: readonly string[],
  recipients: readonly Address[],
): NarrowedHeaders {
  const wanted = new Set(recipients.map(foldAddress))
  const shown = new Set<string>()
  const kept = headers.flatMap(field => {
    if (!/^(?:to|cc):/i.test(field)) return [field]
    const named = addressesIn(field)
    for (const { address } of named) shown.add(foldAddress(address))
    const staying = named.filter(({ address }) => wanted.has(foldAddress(address)))
    if (staying.length === named.length) return [field]
    return staying.length === 0 ? [] : [shortened(field, staying)]
  })
  const bcc = recipients.filter(address => !shown.has(foldAddress(address)))
  const unseen = bcc.map(address => ({ name: '', address }))
  return { headers: bcc.length === 0 ? kept : [...kept, mailboxField('Bcc', unseen)], bcc }
}

interface Named {
  /** As it stands in the field: encoded. */
  readonly name: string
  readonly address: string
}

function addressesIn(field: string): Named[] {
  const value = field.slice(field.indexOf(':') + 1).replace(/\r\n(?=[ \t])/g, '')
  return addressparser(value, { flatten: true }).flatMap(({ name, address }) =>
    address ? [{ name: name ?? '', address }] : [],
  )
}

function shortened(field: string, staying: readonly Named[]): string {
  const last = staying.length - 1
  const tokens = staying.map(({ name, address }, at) => {
    const phrase =
      /^[\x21\x23-\x7e ]*$/.test(name) && !/[",;:<>()@[\]\\.]/.test(name)
        ? name
        : `"${name.replace(/["\\]/g, '\\$&')}"`
    return `${name === '' ? ` ${address}` : ` ${phrase} <${address}>`}${at < last ? ',' : ''}`
  })
  return fold(field.slice(0, field.indexOf(':')), tokens)
}
