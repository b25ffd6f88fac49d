/**
 * The closed list of reasons: why an email did not arrive, or may not have. Pure data, the one vocabulary
 * of the outbox, the channels, inbound and Conversations. A reason that is missing here is added here, with
 * a line of meaning; nothing else may invent one.
 */

/** Whose doing it was: the recipient's side, our sender's standing, the link, the identity, the content, the network. */
export type Fault = 'recipient' | 'sender' | 'link' | 'identity' | 'content' | 'network' | 'unknown'

/** Class of the cause (RFC 3463 §3.1): permanent = 5.x.x, temporary = 4.x.x. Says nothing about finality. */
export type Permanence = 'permanent' | 'temporary' | 'either'

/** Is the address itself bad? `address`: at once; `after-repeats`: when it happens again and again; `never`. */
export type SuppressAdvice = 'address' | 'after-repeats' | 'never'

/** What to try next: `later` the same; `corrected` another address; `changed` after a fix on our side; `never`. */
export type RetryAdvice = 'later' | 'corrected' | 'changed' | 'never'

export type ReasonGroup =
  | 'recipient'
  | 'mailbox'
  | 'quota'
  | 'domain'
  | 'size'
  | 'reputation'
  | 'content'
  | 'policy'
  | 'auth'
  | 'rate'
  | 'transport'
  | 'system'
  | 'unknown'
  | 'link'
  | 'channel'
  | 'identity'
  | 'local'
  | 'uncertain'

export interface ReasonEntry {
  readonly group: ReasonGroup
  readonly fault: Fault
  readonly permanence: Permanence
  readonly suppress: SuppressAdvice
  readonly retry: RetryAdvice
  /** One line for people who read code and reports; the rep's sentence lives in the catalogue, keyed by code. */
  readonly meaning: string
}

const entry = (
  group: ReasonGroup,
  fault: Fault,
  permanence: Permanence,
  suppress: SuppressAdvice,
  retry: RetryAdvice,
  meaning: string,
): ReasonEntry => ({ group, fault, permanence, suppress, retry, meaning })

export const reasons = {
  'recipient.unknown': entry(
    'recipient',
    'recipient',
    'permanent',
    'address',
    'corrected',
    'no such mailbox',
  ),
  'recipient.moved': entry(
    'recipient',
    'recipient',
    'permanent',
    'address',
    'corrected',
    'the mailbox has moved elsewhere',
  ),
  'recipient.filtered': entry(
    'recipient',
    'recipient',
    'permanent',
    'address',
    'corrected',
    'refused after the content was seen, in words that mean the mailbox',
  ),
  'mailbox.disabled': entry(
    'mailbox',
    'recipient',
    'permanent',
    'after-repeats',
    'corrected',
    'the mailbox is disabled or suspended',
  ),
  'quota.full': entry('quota', 'recipient', 'either', 'after-repeats', 'later', 'the mailbox is full'),
  'domain.unknown': entry(
    'domain',
    'recipient',
    'permanent',
    'address',
    'corrected',
    'the domain does not exist, or has no mail server',
  ),
  'domain.no-mail': entry(
    'domain',
    'recipient',
    'permanent',
    'address',
    'corrected',
    'the domain says that it takes no mail (null MX, RFC 7505; 521)',
  ),
  'size.message': entry(
    'size',
    'content',
    'permanent',
    'never',
    'changed',
    'the message is larger than the server takes',
  ),
  'size.recipient': entry(
    'size',
    'content',
    'permanent',
    'never',
    'changed',
    'the message is larger than this mailbox takes',
  ),
  'reputation.blocked': entry(
    'reputation',
    'sender',
    'either',
    'never',
    'changed',
    'our address or host is blocked',
  ),
  'reputation.poor': entry(
    'reputation',
    'sender',
    'either',
    'never',
    'changed',
    'our standing with this provider is too low',
  ),
  'reputation.no-ptr': entry(
    'reputation',
    'sender',
    'either',
    'never',
    'changed',
    'our address has no fitting reverse DNS name',
  ),
  'content.spam': entry('content', 'content', 'permanent', 'never', 'changed', 'taken for spam'),
  'content.virus': entry('content', 'content', 'permanent', 'never', 'changed', 'taken for malware'),
  'content.rule': entry(
    'content',
    'content',
    'permanent',
    'never',
    'changed',
    'a content rule, a header or an attachment type',
  ),
  'policy.rule': entry(
    'policy',
    'sender',
    'permanent',
    'never',
    'changed',
    "a rule of the recipient's organisation",
  ),
  'policy.sender-rejected': entry(
    'policy',
    'sender',
    'permanent',
    'never',
    'changed',
    'the sender address is not accepted',
  ),
  'policy.relay-denied': entry(
    'policy',
    'sender',
    'permanent',
    'never',
    'changed',
    'the server does not relay for this domain',
  ),
  'policy.not-compliant': entry(
    'policy',
    'sender',
    'permanent',
    'never',
    'changed',
    'the message breaks a mail standard',
  ),
  'auth.failed': entry('auth', 'sender', 'permanent', 'never', 'changed', 'SPF, DKIM or DMARC did not pass'),
  'auth.security': entry(
    'auth',
    'sender',
    'permanent',
    'never',
    'changed',
    'login or another security step is asked for',
  ),
  'auth.tls': entry('auth', 'network', 'either', 'never', 'later', 'no encrypted connection could be made'),
  'rate.connections': entry('rate', 'sender', 'temporary', 'never', 'later', 'too many connections at once'),
  'rate.speed': entry('rate', 'sender', 'temporary', 'never', 'later', 'too much mail in too short a time'),
  'rate.greylisted': entry(
    'rate',
    'recipient',
    'temporary',
    'never',
    'later',
    'greylisted: first contact, asked to come back',
  ),
  'rate.limited': entry(
    'rate',
    'sender',
    'either',
    'never',
    'later',
    'a limit of messages or recipients is used up',
  ),
  'transport.expired': entry(
    'transport',
    'network',
    'either',
    'after-repeats',
    'later',
    'tried for as long as was allowed',
  ),
  'transport.network': entry(
    'transport',
    'network',
    'temporary',
    'after-repeats',
    'later',
    'no connection, time-out, or a name that did not resolve for now',
  ),
  'transport.loop': entry(
    'transport',
    'recipient',
    'permanent',
    'after-repeats',
    'changed',
    'the mail went round in circles',
  ),
  'transport.private-address': entry(
    'transport',
    'recipient',
    'permanent',
    'never',
    'corrected',
    "the domain's mail server has a private address",
  ),
  'transport.mta-sts': entry('transport', 'recipient', 'temporary', 'never', 'later', 'RFC 8461 forbids it'),
  'transport.dane': entry('transport', 'recipient', 'temporary', 'never', 'later', 'RFC 7672 forbids it'),
  'transport.smtputf8': entry(
    'transport',
    'recipient',
    'permanent',
    'never',
    'corrected',
    'the server takes no international addresses (RFC 6531)',
  ),
  'system.error': entry(
    'system',
    'recipient',
    'either',
    'never',
    'later',
    "a fault of the recipient's server",
  ),
  'system.full': entry(
    'system',
    'recipient',
    'temporary',
    'never',
    'later',
    "the recipient's server is out of space",
  ),
  'system.mailer': entry(
    'system',
    'recipient',
    'either',
    'never',
    'later',
    "a delivery program of the recipient's server failed",
  ),
  'system.syntax': entry(
    'system',
    'network',
    'permanent',
    'never',
    'changed',
    'the server did not understand a command',
  ),
  'unknown.on-hold': entry(
    'unknown',
    'unknown',
    'either',
    'never',
    'later',
    'a reply was read, its reason could not be told',
  ),
  'unknown.none': entry('unknown', 'unknown', 'either', 'never', 'later', 'no reason was given'),
  'link.login': entry('link', 'link', 'temporary', 'never', 'changed', 'the channel refused our login'),
  'link.tls': entry('link', 'link', 'temporary', 'never', 'changed', 'no encrypted connection to it'),
  'link.certificate': entry(
    'link',
    'link',
    'temporary',
    'never',
    'changed',
    "the channel's certificate is not valid",
  ),
  'link.gone': entry(
    'link',
    'link',
    'temporary',
    'never',
    'changed',
    "the channel's server cannot be found or reached, or the channel was removed",
  ),
  'quota.channel': entry(
    'channel',
    'link',
    'temporary',
    'never',
    'later',
    "the channel's own limit is used up",
  ),
  'size.channel': entry(
    'channel',
    'content',
    'permanent',
    'never',
    'changed',
    'larger than the channel carries',
  ),
  'identity.unverified': entry(
    'identity',
    'identity',
    'permanent',
    'never',
    'changed',
    'the identity is not verified',
  ),
  'identity.not-permitted': entry(
    'identity',
    'identity',
    'permanent',
    'never',
    'changed',
    'the channel may not send as this identity',
  ),
  'local.suppressed': entry(
    'local',
    'recipient',
    'permanent',
    'never',
    'never',
    'the address is suppressed here',
  ),
  'local.cancelled': entry('local', 'unknown', 'permanent', 'never', 'changed', 'cancelled by a person'),
  'local.error': entry(
    'local',
    'link',
    'temporary',
    'never',
    'later',
    'a fault of Fairlead itself, before anything left',
  ),
  'uncertain.cut': entry(
    'uncertain',
    'network',
    'temporary',
    'never',
    'later',
    'the connection ended after the last byte and before the answer',
  ),
} as const satisfies Record<string, ReasonEntry>

export type ReasonCode = keyof typeof reasons

/** Every code, in the order of the list. */
export const reasonCodes = Object.keys(reasons) as [ReasonCode, ...ReasonCode[]]

/** Why something happened: a code of ours, its parameters for the sentence, and what was really said. */
export interface Reason {
  readonly code: ReasonCode
  /** Values for the catalogue's sentence, e.g. `{ host: 'mx1.example' }`. */
  readonly params?: Readonly<Record<string, string | number>>
  /** Verbatim reply, at most 4,000 characters. */
  readonly reply?: string
  /** Basic reply code (RFC 5321 §4.2), e.g. 550. */
  readonly replyCode?: number
  /** Enhanced status (RFC 3463), e.g. 5.1.1. */
  readonly status?: string
}
