/** The simulated internet, seen from the recipients' side. main/ joins it to the simulator. */
export interface SandboxInternet {
  /** Newest first, at most 1,000. */
  received(): Promise<readonly SandboxDelivery[]>
  /** Null: there is no such message. */
  message(id: string): Promise<SandboxDelivery | null>
  /** The bytes as they were received; null: there is no such message. */
  raw(id: string): Promise<Uint8Array | null>
  /** What can be tried out. */
  behaviours(): Promise<SandboxBehaviours>
  /** Puts records into its DNS, each in place of what stood at that name. */
  publish(records: readonly SandboxRecord[]): Promise<void>
}

export interface SandboxRecord {
  readonly name: string
  readonly type: 'MX' | 'TXT'
  /** As a DNS panel takes it: text, or `10 host`. */
  readonly data: string
}

/** One message as a server of the simulated internet took it. */
export interface SandboxDelivery {
  readonly id: string
  readonly receivedAt: string
  readonly mailFrom: string
  readonly recipients: readonly { readonly address: string }[]
  readonly size: number
  readonly tls: string | null
  readonly answer: string | null
  readonly subject: string
  /** The From field, decoded. */
  readonly from: string
  readonly messageId: string
  readonly verdicts: {
    readonly state: 'pending' | 'done' | 'skipped'
    readonly spf?: { readonly result: string; readonly domain: string }
    readonly dkim?: ReadonlyArray<{
      readonly result: string
      readonly domain: string
      readonly selector: string
      readonly isAligned: boolean
    }>
    readonly dmarc?: { readonly result: string; readonly domain: string; readonly policy: string }
  }
}

export interface SandboxBehaviours {
  readonly recipients: readonly { localPart: string; says: string; source: string | null }[]
  readonly domains: readonly { domain: string; says: string }[]
}
