import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import addressparser from 'nodemailer/lib/addressparser'
import type { Address, Mailbox } from './message.ts'

/** Why a text is no address that mail could be sent to. */
export type AddressProblem =
  | 'empty'
  | 'several'
  | 'too-long'
  | 'control-characters'
  | 'no-at'
  | 'no-local-part'
  | 'local-part-too-long'
  | 'local-part-characters'
  | 'no-domain'
  | 'domain-too-long'
  | 'domain-characters'
  | 'domain-incomplete'
  | 'ip-address'

export type AddressAnswer = { readonly address: Address } | { readonly problem: AddressProblem }
export type MailboxAnswer = { readonly mailbox: Mailbox } | { readonly problem: AddressProblem }

// RFC 5321 §4.5.3.1 in octets; a path of 256 holds its two angle brackets.
const maxLocalPart = 64
const maxDomain = 253
const maxAddress = 254
const maxMailboxText = 2_000

// Controls, line and paragraph separators, invisible format characters (bidi overrides make one address look
// like another), lone surrogates, private use. The two joiners are letters' parts in Persian and Indic scripts.
const forbidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u
// RFC 5321 §4.1.2 Dot-string, with RFC 6531 §3.3 letters.
const dotString =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*$/iu
const quotedString = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"$/u
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const beyondAscii = /[\u0080-\uffff]/

/**
 * Reads `local@domain`: no name, no angle brackets. The local part is kept as written, the domain becomes an
 * A-label in lower case (RFC 5890). Refuses IP literals and domains of a single label.
 */
export function checkAddress(text: string): AddressAnswer {
  const bare = text.trim()
  if (bare === '') return { problem: 'empty' }
  if (bare.length > maxMailboxText) return { problem: 'too-long' }
  if (forbidden.test(bare)) return { problem: 'control-characters' }
  const at = bare.lastIndexOf('@')
  if (at < 0) return { problem: 'no-at' }
  const local = bare.slice(0, at)
  const localProblem = problemOfLocalPart(local)
  if (localProblem) return { problem: localProblem }
  const domain = checkDomain(bare.slice(at + 1))
  if ('problem' in domain) return domain
  const address = `${local}@${domain.domain}`
  if (Buffer.byteLength(address) > maxAddress) return { problem: 'too-long' }
  return { address: address as Address }
}

/** The address, or null where `checkAddress` would name a problem. */
export function parseAddress(text: string): Address | null {
  const answer = checkAddress(text)
  return 'address' in answer ? answer.address : null
}

/** Reads `Ann Lee <ann@example.com>` or a bare address; exactly one. */
export function checkMailbox(text: string): MailboxAnswer {
  if (text.trim() === '') return { problem: 'empty' }
  if (text.length > maxMailboxText) return { problem: 'too-long' }
  if (forbidden.test(text)) return { problem: 'control-characters' }
  const bare = checkAddress(text)
  if ('address' in bare) return { mailbox: { name: '', address: bare.address } }
  const [first, ...others] = addressparser(text)
  if (others.length > 0 || first?.group) return { problem: 'several' }
  if (!first?.address) return bare
  const checked = checkAddress(first.address)
  return 'address' in checked ? { mailbox: { name: first.name ?? '', address: checked.address } } : checked
}

/** A host name as A-label in lower case, with the rules that a domain behind `@` must keep. */
export function checkDomain(
  text: string,
): { readonly domain: string } | { readonly problem: AddressProblem } {
  if (text === '') return { problem: 'no-domain' }
  if (text.startsWith('[') || isIP(text) !== 0) return { problem: 'ip-address' }
  // domainToASCII is the URL standard's host parser: it would decode %41 and read 0x7f.1 as an address.
  if (/[^a-z0-9.\u0080-\u{10ffff}-]/iu.test(text)) return { problem: 'domain-characters' }
  const domain = domainToASCII(text).toLowerCase()
  if (domain.length > maxDomain) return { problem: 'domain-too-long' }
  const labels = domain.split('.')
  if (domain === '' || !labels.every(label => hostLabel.test(label))) return { problem: 'domain-characters' }
  if (/^\d+$/.test(labels.at(-1) ?? '')) return { problem: 'ip-address' }
  if (labels.length < 2) return { problem: 'domain-incomplete' }
  return { domain }
}

/** Must the far side offer SMTPUTF8 for this address (RFC 6531)? Domains never ask for it: they are A-labels. */
export function needsSmtpUtf8(address: Address): boolean {
  return beyondAscii.test(address)
}

/** The part behind the last `@`. */
export function domainOf(address: Address): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** The part before the last `@`, quotes included. */
export function localPartOf(address: Address): string {
  return address.slice(0, address.lastIndexOf('@'))
}

function problemOfLocalPart(local: string): AddressProblem | null {
  if (local === '') return 'no-local-part'
  if (Buffer.byteLength(local) > maxLocalPart) return 'local-part-too-long'
  return dotString.test(local) || quotedString.test(local) ? null : 'local-part-characters'
}

/** Two spellings of one address compare equal: providers' own mailboxes do not tell case apart. */
export function foldAddress(address: string): string {
  return address.toLowerCase()
}
