import type { ConversationRow, ShownReason } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { ListSearch } from './list-search.ts'

const addresses = {
  'recipient.unknown': msg`Mailbox does not exist`,
  'recipient.moved': msg`Mailbox has moved`,
  'recipient.filtered': msg`Mailbox does not take it`,
  'mailbox.disabled': msg`Mailbox is disabled`,
  'quota.full': msg`Mailbox is full`,
  'domain.unknown': msg`Domain does not exist`,
  'domain.no-mail': msg`Domain takes no mail`,
}

const theirSide = {
  'size.message': msg`Email is too large for their server`,
  'size.recipient': msg`Email is too large for the mailbox`,
  'reputation.blocked': msg`Their server blocks our address`,
  'reputation.poor': msg`Their provider does not trust our server`,
  'reputation.no-ptr': msg`Reverse DNS name does not fit`,
  'content.spam': msg`Blocked by their spam filter`,
  'content.virus': msg`Taken for malware`,
  'content.rule': msg`Blocked by a content rule`,
  'policy.rule': msg`Blocked by a rule of their organisation`,
  'policy.sender-rejected': msg`Sender address not accepted`,
  'policy.relay-denied': msg`Server does not take mail for this domain`,
  'policy.not-compliant': msg`Email breaks a mail standard`,
  'auth.failed': msg`Sender could not be confirmed`,
  'auth.security': msg`Their server asks for a login`,
  'auth.tls': msg`No encrypted connection`,
}

const underway = {
  'rate.connections': msg`Too many connections at once`,
  'rate.speed': msg`Their server asks for slower sending`,
  'rate.greylisted': msg`Asked to come back later`,
  'rate.limited': msg`A limit of messages is used up`,
  'transport.expired': msg`Their server never took it`,
  'transport.network': msg`Their server cannot be reached`,
  'transport.loop': msg`Email went round in circles`,
  'transport.private-address': msg`Mail server has a private address`,
  'transport.mta-sts': msg`No secure connection there`,
  'transport.dane': msg`Another certificate than DNS says`,
  'transport.smtputf8': msg`No international addresses there`,
  'system.error': msg`Their server has a fault`,
  'system.full': msg`Their server is out of space`,
  'system.mailer': msg`Their delivery program failed`,
  'system.syntax': msg`Their server did not understand`,
  'unknown.on-hold': msg`Refused in words Fairlead does not know`,
  'unknown.none': msg`No reason given`,
}

const ourSide = {
  'link.login': msg`Channel refused the login`,
  'link.tls': msg`No encrypted connection to the channel`,
  'link.certificate': msg`Certificate of the channel is not valid`,
  'link.gone': msg`Channel cannot be reached`,
  'quota.channel': msg`Limit of the channel is used up`,
  'size.channel': msg`Email is too large for the channel`,
  'identity.unverified': msg`Sender identity is not verified`,
  'identity.not-permitted': msg`Channel may not send as this identity`,
  'local.suppressed': msg`Address is suppressed`,
  'local.cancelled': msg`Cancelled before it left`,
  'local.error': msg`A fault of Fairlead itself`,
  'uncertain.cut': msg`Nobody can say whether it arrived`,
}

/** A reason in a few words, for a row; the sentence comes from the API. */
export const reasonTitles: Readonly<Record<ShownReason['code'], MessageDescriptor>> = {
  ...addresses,
  ...theirSide,
  ...underway,
  ...ourSide,
}

/** Classes of reasons, to filter by. */
export const reasonGroupTitles: Readonly<Record<NonNullable<ListSearch['reason']>, MessageDescriptor>> = {
  recipient: msg`Mailbox does not exist`,
  mailbox: msg`Mailbox is disabled`,
  quota: msg`Mailbox is full`,
  domain: msg`Domain`,
  size: msg`Too large`,
  reputation: msg`Our standing`,
  content: msg`Content`,
  policy: msg`Their rules`,
  auth: msg`Sender not confirmed`,
  rate: msg`Too fast, or later`,
  transport: msg`Not reachable`,
  system: msg`Fault of their server`,
  unknown: msg`No known reason`,
  link: msg`Delivery channel`,
  channel: msg`Limit of the channel`,
  identity: msg`Identity`,
  local: msg`Suppressed or cancelled`,
  uncertain: msg`Not certain`,
}

/** Where an email or a delivery stands, in a word or two. */
export const stateTitles: Readonly<Record<ConversationRow['state'], MessageDescriptor>> = {
  draft: msg`Draft`,
  scheduled: msg`Scheduled`,
  held: msg`Held`,
  released: msg`On its way`,
  queued: msg`Waiting`,
  claimed: msg`About to leave`,
  sending: msg`Being handed over`,
  uncertain: msg`Not certain`,
  accepted: msg`Accepted`,
  delivered: msg`Delivered`,
  refused: msg`Refused`,
  expired: msg`Given up`,
  bounced: msg`Bounced`,
  complained: msg`Marked as spam`,
  suppressed: msg`Not sent`,
  cancelled: msg`Cancelled`,
}

/** The folder's word for a failed delivery, as its pill. */
export const undeliveredTitles = {
  bounced: msg`Bounced`,
  failed: msg`Failed`,
  spam: msg`Spam`,
  'needs-a-look': msg`Needs a look`,
} as const

const deadAddress: readonly ShownReason['code'][] = [
  ...(['recipient.unknown', 'recipient.moved', 'recipient.filtered'] as const),
  ...(['domain.unknown', 'domain.no-mail'] as const),
]

/** The address itself is wrong: sending to it again meets the same answer on every channel. */
export const needsAnotherAddress = (reason: ShownReason | null): boolean =>
  reason !== null && deadAddress.includes(reason.code)
