/** A recipient as RCPT named it, with its DSN parameters (RFC 3461) where the sender gave some. */
export interface Recipient {
  readonly address: string
  readonly notify: readonly string[]
  readonly originalRecipient: string | null
}

/** What authentication says of a message; `pending` until it is computed, `skipped` with the reason when it is not. */
export interface Verdicts {
  readonly state: 'pending' | 'done' | 'skipped'
  readonly skipped?: string
  readonly spf?: { readonly result: string; readonly domain: string }
  readonly dkim?: readonly {
    readonly result: string
    readonly domain: string
    readonly selector: string
    readonly algorithm: string
    readonly isAligned: boolean
    readonly comment: string
  }[]
  readonly dmarc?: { readonly result: string; readonly domain: string; readonly policy: string }
  readonly arc?: { readonly result: string }
  /** The Authentication-Results field a receiver would have added (RFC 8601). */
  readonly header?: string
}

/** One message the simulator took, without its bytes. */
export interface ReceivedMessage {
  /** Sorts by arrival. */
  readonly id: string
  readonly receivedAt: string
  /**
   * `smtp`: it came from outside; `api`: a simulated Gmail or Microsoft account sent it; `simulator`: one of the
   * simulated people or servers wrote it to a simulated one.
   */
  readonly source: 'smtp' | 'api' | 'simulator'
  /** Empty for the null return path. */
  readonly mailFrom: string
  readonly recipients: readonly Recipient[]
  readonly envelopeId: string | null
  readonly returns: 'FULL' | 'HDRS' | null
  readonly size: number
  readonly isTls: boolean
  readonly tls: string | null
  readonly ehlo: string
  readonly clientAddress: string
  readonly queueId: string
  /** The answer to the final dot; null where the connection was cut instead. */
  readonly answer: string | null
  readonly subject: string
  readonly from: string
  readonly messageId: string
  readonly verdicts: Verdicts
}
