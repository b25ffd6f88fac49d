import type { ReasonCode } from '@fairlead/bounce'
import type { DeliveryState } from '../states.ts'

/** English: why a delivery stands where it stands, in the rep's words. `{recipient}` and `{host}` are always there. */
export const reasonSentences = {
  'recipient.unknown': 'The mailbox {recipient} does not exist. Check the address.',
  'recipient.moved': 'The mailbox {recipient} has moved. Ask for the new address.',
  'recipient.filtered':
    'The recipient’s server refused the email after reading it, in words that mean the mailbox {recipient} does not take it.',
  'mailbox.disabled': 'The mailbox {recipient} is disabled.',
  'quota.full': 'The mailbox {recipient} is full.',
  'domain.unknown': 'The domain of {recipient} does not exist or has no mail server. Check the address.',
  'domain.no-mail': 'The domain of {recipient} says that it takes no mail. Check the address.',
  'size.message': 'The email is larger than the recipient’s server takes. Send less.',
  'size.recipient': 'The email is larger than the mailbox {recipient} takes. Send less.',
  'reputation.blocked':
    'The recipient’s server blocks our sending address. It says nothing about {recipient}; an admin should look at it.',
  'reputation.poor':
    'The recipient’s provider does not trust our server enough. It says nothing about {recipient}; an admin should look at it.',
  'reputation.no-ptr':
    'The recipient’s server asks for a fitting reverse DNS name of our server. An admin can set it: npx fairlead doctor.',
  'content.spam':
    'The recipient’s server took the email for spam. Change its words or links before sending it again.',
  'content.virus': 'The recipient’s server took the email or an attachment for malware.',
  'content.rule': 'A content rule of the recipient’s server refused the email, or one of its attachments.',
  'policy.rule': 'A rule of the recipient’s organisation refused the email.',
  'policy.sender-rejected': 'The recipient’s server does not accept this sender address.',
  'policy.relay-denied': 'The server that answers for {recipient} does not take mail for this domain.',
  'policy.not-compliant': 'The recipient’s server says that the email breaks a mail standard.',
  'auth.failed':
    'The recipient’s server could not confirm that we may send for this sender (SPF, DKIM or DMARC did not pass).',
  'auth.security': 'The recipient’s server asks for a login or another security step.',
  'auth.tls': 'No encrypted connection to the recipient’s server could be made.',
  'rate.connections': 'The recipient’s server had too many connections. Fairlead slows down and tries again.',
  'rate.speed': 'The recipient’s server asks for slower sending. Fairlead slows down and tries again.',
  'rate.greylisted':
    'The recipient’s server asks every new sender to come back a little later (greylisting).',
  'rate.limited': 'The recipient’s server says that a limit of messages is used up.',
  'transport.expired':
    'Fairlead tried for as long as is allowed, and the recipient’s server did not take the email.',
  'transport.network': 'The recipient’s server could not be reached.',
  'transport.loop': 'The email went round in circles between the recipient’s servers.',
  'transport.private-address':
    'The mail server of this domain has a private address, so nothing is sent there. Check the address.',
  'transport.mta-sts':
    'The recipient’s domain wants a secure connection (MTA-STS), and its server did not offer one. It is tried again.',
  'transport.dane':
    'The recipient’s domain vouches for its server’s certificate in DNS (DANE), and the server did not show it. It is tried again.',
  'transport.smtputf8': 'The recipient’s server takes no international addresses.',
  'system.error': 'The recipient’s server has a fault.',
  'system.full': 'The recipient’s server is out of space.',
  'system.mailer': 'A delivery program of the recipient’s server failed.',
  'system.syntax': 'The recipient’s server did not understand a command.',
  'unknown.on-hold':
    'The recipient’s server answered, but its reason is not known to Fairlead. Read its reply below.',
  'unknown.none': 'The recipient’s server gave no reason.',
  'link.login': 'The delivery channel refused the login. Connect it again; the email waits.',
  'link.tls': 'No encrypted connection to the delivery channel could be made. The email waits.',
  'link.certificate': 'The certificate of the delivery channel is not valid. The email waits.',
  'link.gone':
    'The delivery channel cannot be reached or was removed. The email waits; you can move it to another one.',
  'quota.channel': 'The limit of the delivery channel is used up for now. The email waits.',
  'size.channel': 'The email is larger than the delivery channel carries.',
  'identity.unverified': 'The identity is not verified, so nothing may be sent from it.',
  'identity.not-permitted': 'The delivery channel may not send as this identity.',
  'local.suppressed': 'The address {recipient} is suppressed in this workspace, so nothing was sent.',
  'local.cancelled': 'Somebody cancelled this before it left.',
  'local.error': 'A fault of Fairlead itself, before anything left. It tries again.',
  'uncertain.cut':
    'The connection ended after the last byte and before the answer, so nobody can say whether {recipient} has the email.',
} as const satisfies Record<ReasonCode, string>

/** What each state means for the rep, and what happens next. `{eta}` is filled where it is known. */
export const stateSentences = {
  queued: { is: 'Waiting', next: 'Fairlead sends it by itself, about {eta}.' },
  claimed: { is: 'About to leave', next: 'Fairlead hands it over now.' },
  sending: { is: 'Being handed over', next: 'The recipient’s server is about to answer.' },
  uncertain: {
    is: 'Not certain',
    next: 'Nothing is sent again by itself. A bounce, a reply or you settle it; a retry keeps the Message-ID.',
  },
  accepted: {
    is: 'Accepted by the next server',
    next: 'Nothing to do. If it comes back, you will see it here.',
  },
  delivered: { is: 'Delivered', next: 'Nothing to do. If it comes back later, you will see it here.' },
  refused: { is: 'Refused', next: 'Nothing more happens by itself. Retry it, or correct the address.' },
  expired: { is: 'Given up', next: 'Nothing more happens by itself. Retry it, or correct the address.' },
  bounced: { is: 'Bounced', next: 'Nothing more happens by itself. Correct the address, or retry it.' },
  complained: { is: 'Marked as spam', next: 'Fairlead sends nothing more to this person.' },
  suppressed: { is: 'Not sent', next: 'The address is suppressed. Nothing more happens.' },
  cancelled: { is: 'Cancelled', next: 'Nothing more happens.' },
} as const satisfies Record<DeliveryState, { is: string; next: string }>

/** What the events of the timeline mean; an event kind without a sentence is shown by its name. */
export const eventSentences: Readonly<Record<string, string>> = {
  accepted: 'Taken by the next server',
  archived: 'Archived',
  autoReplied: 'Their mailbox answered by itself',
  bounced: 'Came back',
  cancelled: 'Cancelled',
  challenged: 'Their mailbox asks the sender to prove being a person',
  claimed: 'Picked up for sending',
  complained: 'Reported as spam',
  created: 'Accepted by Fairlead',
  deferred: 'Not now: tried again later',
  deleted: 'Deleted from Conversations',
  delayed: 'Their server is still trying',
  delivered: 'Delivered',
  gaveUp: 'Given up',
  held: 'Held: a person has to look',
  lapsed: 'The worker went away',
  lateNews: 'News that changes nothing any more',
  lostTrack: 'Lost track of the answer',
  marked: 'Handed over: the last bytes leave',
  moved: 'Moved to another delivery channel',
  queued: 'Put in the outbox',
  refused: 'Refused',
  released: 'Released to the outbox',
  replied: 'Answered',
  restored: 'Put back into Conversations',
  retried: 'Retried by a person',
  returned: 'Put back: the delivery channel needs attention',
  scheduled: 'Scheduled',
  superseded: 'Replaced by a corrected address',
  suppressed: 'Not sent: the address is suppressed',
  unarchived: 'Taken out of the archive',
}
