/** Whose accounts the simulator keeps: mailboxes that are used by API instead of by SMTP. */
export const vendors = ['google', 'microsoft'] as const
export type Vendor = (typeof vendors)[number]

/** An address that an account may send as, beside its own. */
export interface Alias {
  readonly address: string
  readonly name: string
  /** Google asks the owner to confirm by a mail before it may be used. */
  readonly isConfirmed: boolean
}

/** What an owner's consent gave. */
export interface Grant {
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Microsoft gives a new one with each refresh, and the old one stays good for a while. */
  refreshTokens: string[]
  accessTokens: { token: string; expiresAtMs: number }[]
}

export type Place = 'DRAFT' | 'SENT' | 'INBOX' | 'TRASH'

/** A file that is added to a Microsoft draft after its MIME. */
export interface AddedFile {
  readonly name: string
  readonly contentType: string
  readonly base64: string
}

/** One mail of a mailbox, without its bytes. */
export interface StoredMail {
  readonly id: string
  threadId: string
  place: Place
  /** Google's id of the draft; a sent draft loses it. */
  draftId: string | null
  messageId: string
  readonly atMs: number
  historyId: number
  size: number
  /** Microsoft: From as set by PATCH. */
  from: { address: string; name: string } | null
  readonly files: AddedFile[]
  readonly properties: Record<string, string>
}

/** One line of a mailbox's history. */
export interface Change {
  readonly id: number
  readonly mailId: string
  readonly threadId: string
  readonly what: 'added' | 'deleted'
  readonly place: Place
}

export interface Account {
  readonly vendor: Vendor
  /** Lower case. */
  readonly address: string
  readonly name: string
  aliases: Alias[]
  grants: Grant[]
  mails: StoredMail[]
  changes: Change[]
  lastChange: number
  /** Changes up to here are forgotten: asking for them answers that they are gone. */
  forgottenUpTo: number
  /** An admin of the organisation blocked third-party clients. */
  isBlocked: boolean
}

export function newAccount(vendor: Vendor, address: string, name: string): Account {
  return {
    ...{ vendor, address: address.toLowerCase(), name },
    ...{ aliases: [], grants: [], mails: [], changes: [], isBlocked: false },
    ...{ lastChange: 1_000, forgottenUpTo: 0 },
  }
}
