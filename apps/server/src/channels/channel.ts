import type { Reason } from '@fairlead/bounce'
import type {
  CapabilityTopic,
  ChannelKind,
  CheckStageName,
  LinkPace,
  RecipientKind,
  SmtpDetection,
  ToldStage,
} from '@fairlead/contract'
import type { z } from 'zod'
import type { Address, DkimKey, Mailbox, OutgoingMessage } from '../mail/message.ts'
import type { DeliveryId, HandoffId, LinkId } from '../platform/ids.ts'
import type { AccountAddress } from './account-settings.ts'
import type { OauthDoor } from './oauth-door.ts'

/**
 * One way of handing a message to the outside world. No database, no retries, no sleeping: the outbox owns
 * those. A channel never throws on purpose; a throw is a bug of ours and counts as `deferred` before the
 * mark and as `uncertain` after it.
 */
export interface DeliveryChannel<S> {
  readonly kind: ChannelKind
  /** What a link of this kind stores. */
  readonly settings: z.ZodType<S>
  /** Facts about one link, so that nobody has to ask which kind it is. Pure. */
  traits(settings: S): ChannelTraits
  /**
   * Tests a link stage by stage, ends at the first failure, sends nothing but the test message that `wishes` ask for.
   */
  check(link: ChannelLink<S>, signal: AbortSignal, wishes?: CheckWishes): AsyncIterable<CheckStage>
  /**
   * Makes an expired secret new; called while no other process renews the same link's. The answer is stored before
   * it is used. `broken`: a person must connect again; `later`: something passing stood in the way.
   */
  renew?(settings: S, secret: string, signal: AbortSignal): Promise<Renewed<S>>
  /**
   * Names the lane that this recipient's mail shares with others: deliveries of one lane share connections,
   * concurrency and back-off. Managed: the MX provider. Without this method a link is its own lane.
   * Cheap when asked again (cached look-ups); an outcome instead of a name ends the try before it began.
   */
  lane?(to: Address, link: ChannelLink<S>, signal: AbortSignal): Promise<LaneAnswer>
  /**
   * Exactly one try. `mark` is called once, when the next bytes could make the far side answer for the mail
   * (SMTP: after the 354, before the last chunk); if it rejects, the channel must not let those bytes leave and
   * ends the try. Every delivery of the handoff gets exactly one outcome. Called twice with the same handoff id
   * only after `uncertain` was settled as not sent.
   */
  send(
    handoff: Handoff,
    link: ChannelLink<S>,
    mark: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<HandoffResult>
  /** After `uncertain`: what became of it. A search that finds is proof; one that does not find never is. */
  lookUp?(
    tried: TriedHandoff,
    link: ChannelLink<S>,
    signal: AbortSignal,
  ): Promise<Receipt | 'not-sent' | 'cannot-tell'>
  /**
   * What came to the link's mailbox after `cursor`; null: from now on, of the past at most the last minutes. Marks nothing as read and
   * changes nothing there. At most 200 mails a call; the same mail has the same dedupe key for ever. Where the cursor
   * means nothing any more, it looks back over a bounded time and goes on. `failed`: tried again later, and shown.
   */
  observe?(
    link: ChannelLink<S>,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<Observed | { readonly failed: Reason }>
  /**
   * Waits at the link's mailbox and calls `tell` when mail may have come, the first time as soon as it hears. A hint
   * alone: what came is for `observe` to say. Changes nothing in the mailbox. Ends when `signal` says so, by itself
   * when it cannot go on, and may reject.
   */
  attend?(link: ChannelLink<S>, tell: () => void, signal: AbortSignal): Promise<AttendEnd>
  /**
   * Puts a copy of what was sent into the Sent folder, unless one with this `ref` is there already: called again after
   * a failure, or a kill whose work nobody saw.
   */
  fileCopy?(copy: SentCopy, link: ChannelLink<S>, signal: AbortSignal): Promise<SentCopyResult>
  /** Looks for the settings of an address, without a login. */
  detect?(address: Address, signal: AbortSignal): Promise<SmtpDetection>
  /** How accounts of this kind are connected by OAuth; absent: by a form. */
  readonly oauth?: OauthDoor<S>
  /** Gives the grant back at the provider; false: it has no place for that, or did not confirm it. */
  revoke?(settings: S, secret: string, signal: AbortSignal): Promise<boolean>
  /** The addresses that the account may send as; null: they cannot be read now. */
  addresses?(link: ChannelLink<S>, signal: AbortSignal): Promise<readonly AccountAddress[] | null>
  /** Ends idle connections. After this, `send` is not called again. */
  close?(): Promise<void>
}

export type LaneAnswer = { readonly lane: string } | { readonly outcome: SendOutcome }

export interface ChannelTraits {
  /**
   * One hand-over for all recipients of a message, or one each because each has its own return path. With returnPath
   * 'ours' it is one each in any case: the token in it belongs to one delivery.
   */
  readonly handsOver: 'per-message' | 'per-recipient'
  /** Whose address the recipient sees in From. */
  readonly fromAddress: 'identity' | 'account'
  /** With fromAddress 'account': the address that recipients see, unless the identity's is in `sendsAs`. */
  readonly accountAddress?: Address
  /** With fromAddress 'account': the name that the provider puts into From, whatever the identity's is. */
  readonly fromName?: string
  /** With fromAddress 'account': other addresses that the provider lets the account send as. */
  readonly sendsAs?: readonly Address[]
  /** Does a copy land in the rep's Sent folder, and who puts it there? */
  readonly sentCopy: 'none' | 'by-provider' | 'appended'
  /** How bounces that come later are noticed. */
  readonly bounces: 'return-path' | 'mailbox' | 'unseen'
  /** How replies are noticed. */
  readonly replies: 'identity-mailbox' | 'mailbox' | 'unseen'
  /** Where the return path points: our own host (VERP per delivery), or the sender's address. */
  readonly returnPath: 'ours' | 'identity'
  /** Our own servers: what cannot be delivered they say themselves, and nothing has to be proved. */
  readonly isOurs?: true
  /** Largest message in octets as encoded. */
  readonly maxBytes: number
  /** Connections that one lane may have open over all processes. */
  readonly connectionsPerLane: number
  /** One server takes everything and answers for it; absent: each recipient's own. */
  readonly isRelay?: boolean
  /** Recipients that one hand-over may carry; the rest is deferred untried. */
  readonly recipientsPerHandoff?: number
  /** Things of the comparison table that a check measures and that have not been measured for this link. */
  readonly unmeasured?: readonly CapabilityTopic[]
  /** Does Fairlead sign with DKIM, so that `Handoff.dkim` has keys? Absent: whoever takes the mail signs, or nobody. */
  readonly signsDkim?: boolean
  /**
   * The account's provider signs all of its mail with the account's own domain and returns it there, whatever stands in
   * From. Absent: nobody's documentation says so.
   */
  readonly signsAsAccount?: true
  /** Pace of the whole link as it comes, until an admin sets another; absent means no limit of our own. */
  readonly pace?: Partial<LinkPace>
  /** What the provider itself allows in a rolling day, each with its source. */
  readonly limits?: readonly ChannelLimit[]
}

export interface ChannelLimit {
  readonly counts: 'messages' | 'recipients' | 'external-recipients'
  readonly most: number
  readonly windowSeconds: number
  /** The provider's page, and when it was read (ISO date). */
  readonly source: string
  readonly asOf: string
}

/** A link as a channel sees it: settings in the open, the secret only inside `use`, never the database. */
export interface ChannelLink<S> {
  readonly id: LinkId
  readonly settings: S
  /**
   * Runs `use` with the opened secret, JSON as the contract's form of this kind; when it answers 'expired' the secret
   * is renewed and `use` runs once more. Rejects with SecretUnavailableError (links/), which the caller lets pass: it
   * knows its own outcome.
   */
  withSecret<T>(use: (secret: string) => Promise<T | 'expired'>): Promise<T>
}

export interface Handoff {
  readonly id: HandoffId
  readonly message: OutgoingMessage
  readonly deliveries: readonly HandoffDelivery[]
  /** MAIL FROM. */
  readonly envelopeFrom: Address
  readonly round: number
  /** Keys to sign with, where the channel signs itself; empty where nobody signs. */
  readonly dkim: readonly DkimKey[]
  /** The lane that `lane` named, or the link's own. */
  readonly lane: string
  /** What an earlier try that never reached its mark left at the far side: a draft, to be used or removed. */
  readonly leftBehind?: Receipt
  /** What the far side said of the newest earlier message of this thread that this link carried. */
  readonly thread?: Receipt
  /** Commits what the far side holds already, before the mark: a kill then leaves no draft that nobody knows of. */
  keep(receipt: Receipt): Promise<void>
}

/** A handoff whose answer was lost, as the database knows it. */
export interface TriedHandoff {
  readonly id: HandoffId
  /** Without angle brackets, as we gave it. */
  readonly messageId: string
  readonly markedAt: Date
  readonly to: readonly Address[]
  /** What the far side had said before the mark. */
  readonly receipt?: Receipt
}

export interface Observed {
  readonly seen: readonly Observation[]
  /** Where the next call goes on. Opaque; saved with what was seen in one transaction. */
  readonly next: string
  /** More is there already: call again at once. */
  readonly isMore: boolean
  /** What the account sent without us since the cursor, each mail once: the provider counts it too. */
  readonly sentElsewhere?: readonly SentElsewhere[]
}

/** unable: the far side has no such thing, polling is all there is; lost: the connection ended. */
export type AttendEnd = 'unable' | 'lost'

/** A mail that left by a link's account, but not by Fairlead: how much of the day's limits it took. */
export interface SentElsewhere {
  readonly at: Date
  readonly recipients: number
  /** Of these, outside of the account's own domain. */
  readonly external: number
}

/** A mail in a link's mailbox. Only what belongs to a thread of ours is ever stored. */
export interface Observation {
  readonly dedupeKey: string
  readonly receivedAt: Date
  /** The header section as it came. */
  readonly head: Uint8Array
  /** The provider's thread, where it has such. */
  readonly threadId?: string
  /** The whole mail; null: it is gone meanwhile. */
  read(signal: AbortSignal): Promise<Uint8Array | null>
}

/**
 * One recipient of a handoff. There may be fewer than the message's To and Cc name: others were handed over before,
 * cancelled, or may not be written to. Who is not among them must not get it.
 */
export interface HandoffDelivery {
  readonly id: DeliveryId
  readonly to: Address
  /** Where the writer put them. A `bcc` is in no header. */
  readonly kind: RecipientKind
}

export interface HandoffResult {
  readonly outcomes: ReadonlyMap<DeliveryId, SendOutcome>
  readonly receipt?: Receipt
  /** What happened on the wire, for the timeline: no secrets, no message content. */
  readonly wire?: WireFacts
}

/** The closed union of what one try can mean for one delivery; made next to the wire. */
export type SendOutcome =
  /** finalHop: the recipient's own server took it (delivered); otherwise whoever took it answers for it now. */
  | { readonly is: 'accepted'; readonly finalHop: boolean; readonly reply?: string }
  /** Not now: wait and try again. `laneWide`: meant for everything on this lane, not for this mail alone. */
  | {
      readonly is: 'deferred'
      readonly reason: Reason
      readonly notBefore?: Date
      readonly laneWide?: boolean
    }
  /** This message to this recipient will never pass. */
  | { readonly is: 'refused'; readonly reason: Reason }
  /** The link does not work: pause it, keep the mail. */
  | { readonly is: 'link-broken'; readonly reason: Reason }
  /** After the mark, no answer: never resend blindly. */
  | { readonly is: 'uncertain'; readonly reason: Reason }

/** What the far side said when it took the message. */
export interface Receipt {
  readonly messageId?: string
  readonly providerId?: string
  readonly threadId?: string
  readonly queueId?: string
  /** The channel's own: what it needs to find again what it left at the far side. */
  readonly marker?: string
}

/** A copy of a sent message, for the sender alone. */
export interface SentCopy {
  /** Value of X-Fairlead-Ref. */
  readonly ref: string
  readonly sentAt: Date
  /** The whole message with CRLF line ends, Bcc in it. */
  content(): Promise<string>
}

export type SentCopyResult =
  | { readonly is: 'filed'; readonly wasThere: boolean }
  | { readonly is: 'later'; readonly reason: Reason }
  /** The link has no folder for it any more. */
  | { readonly is: 'no-folder' }

export interface WireFacts {
  /** Host name of the server that answered, e.g. mx1.example.com. */
  readonly host?: string
  readonly address?: string
  /** e.g. TLSv1.3 with the cipher's name; absent: clear text. */
  readonly tls?: string
}

export type Renewed<S> =
  | { readonly secret: string; readonly settings?: S }
  | { readonly broken: Reason }
  | { readonly later: Reason }

export interface CheckStage extends ToldStage {
  /** The link's settings with what was measured on the way; whoever asked for the check saves them. */
  readonly learned?: unknown
}

/** What a check is to try beyond connecting. */
export interface CheckWishes {
  /** Tell the stages from here on; those before are gone through without a word, unless they fail. */
  readonly from?: CheckStageName
  /** Identities that are to send over this link. */
  readonly senders?: readonly Mailbox[]
  /** Where the test message goes, and how to see that it came; without it none is sent. */
  readonly test?: {
    readonly to: Address
    /** Did a message with this Message-ID come? Resolves as soon as it did, rejects or says false when it gives up. */
    arrived?(messageId: string, signal: AbortSignal): Promise<boolean>
  }
  /** A return path of ours that nobody waits for, to see whether the server takes it as MAIL FROM. */
  readonly probeReturnPath?: Address
}
