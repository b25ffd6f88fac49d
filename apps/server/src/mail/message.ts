import type { KeyObject } from 'node:crypto'

/**
 * A message as it will stand on the wire, without a copy of it in memory: headers as text, the body as
 * pieces, large attachments as references that are read and encoded while they are sent.
 */

/** An addr-spec: `local@domain`, domain as A-label in lower case (mail/address.ts makes them). */
export type Address = string & { readonly address: unique symbol }

/** Name and address as they stand in From, To or Cc. */
export interface Mailbox {
  readonly name: string
  readonly address: Address
}

/** A piece of a frozen body: finished 7-bit text with CRLF line ends, or a blob still to be base64-encoded. */
export type BodyPiece = { readonly text: string } | { readonly blob: string; readonly size: number }

/** What compose freezes at release and the message row keeps. Everything is 7-bit, lines ≤ 76 (RFC 5322, RFC 2045). */
export interface FrozenMessage {
  /** Header fields in wire order, each folded and encoded, without the ending CRLF. No Bcc, no DKIM-Signature. */
  readonly headers: readonly string[]
  readonly body: readonly BodyPiece[]
  /** base64 of sha256 over the body in relaxed canonicalisation (RFC 6376 §3.4.4). */
  readonly bodyHash: string
  /** Octets on the wire of headers and body, without signatures. */
  readonly size: number
}

/** A message ready for a channel. */
export interface OutgoingMessage {
  /** Message-ID of this round, without angle brackets. */
  readonly messageId: string
  /** Header fields in wire order, with the Message-ID of this round; signatures are put before them. */
  readonly headers: readonly string[]
  readonly bodyHash: string
  readonly size: number
  readonly from: Mailbox
  /** Opens the body; may be called again for another try. Chunks are at most 64 KB. */
  openBody(): AsyncIterable<string>
}

/** One signature to be made (RFC 6376, RFC 8463). */
export interface DkimKey {
  /** d=, an A-label domain. */
  readonly domain: string
  /** s= */
  readonly selector: string
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  readonly key: KeyObject
}
