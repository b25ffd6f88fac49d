import type { CapabilityTopic } from '../states.ts'

/** English: what delivery channels are compared by. */
export const topicTitles = {
  'recipients-see': 'Recipients see',
  'via-tag': '“via” tag',
  'sent-copy': 'Copy in your Sent folder',
  refusals: 'Refused at once',
  bounces: 'Bounces later',
  complaints: 'Spam complaints',
  replies: 'Replies',
  limits: 'Limits',
  size: 'Largest email',
} as const satisfies Record<CapabilityTopic, string>

/** English: what holds for a channel, by topic and value. */
export const capabilitySentences = {
  'recipients-see': {
    identity: 'The identity you choose.',
    account: 'The connected account, whichever identity you choose.',
  },
  'via-tag': {
    'until-authenticated':
      'Gmail and others may add “via {domain}” until the identity’s domain is authenticated.',
    never: 'None for the account’s own domain.',
    depends: 'Depends on how the server signs the mail.',
  },
  'sent-copy': {
    none: 'No. Conversations keeps everything you sent.',
    'by-provider': 'Yes, the provider puts it there.',
    appended: 'Yes, Fairlead puts it there.',
    'not-checked': 'Not checked yet.',
  },
  refusals: { seen: 'Seen, with the server’s own words.' },
  bounces: {
    'return-path': 'Seen: they come back to Fairlead, each with its reason.',
    mailbox: 'Seen: read from the notices in the mailbox.',
    'not-checked': 'Not checked yet.',
    unseen: 'This channel cannot tell.',
  },
  complaints: {
    'feedback-loops': 'Seen where the recipient’s provider reports them. Gmail does not.',
    unseen: 'This channel cannot tell.',
  },
  replies: {
    'identity-mailbox': 'Go to the mailbox of the identity. Fairlead does not see them.',
    mailbox: 'Seen in the mailbox.',
    unseen: 'This channel cannot tell.',
  },
  limits: {
    'by-server': 'Those of the server. Fairlead slows down when it asks for it.',
    'by-recipient': 'None per day. Fairlead keeps the pace that each recipient’s server takes.',
    pace: '{batch} every {everySeconds} seconds. What is more waits.',
    'messages-a-day':
      '{most} emails in any 24 hours, {batch} every {everySeconds} seconds. What is more waits.',
    'recipients-a-day':
      '{most} recipients in any 24 hours, {batch} emails every {everySeconds} seconds. What is more waits.',
  },
  size: {
    'at-most': '{megabytes} MB as sent; files grow by about a third on the way.',
    'not-checked': 'Not checked yet.',
  },
} as const satisfies Record<CapabilityTopic, Record<string, string>>

/** English: how a delivery channel is. */
export const linkStateSentences = {
  ready: 'Working.',
  'needs-attention': 'Needs attention. Mail waits and leaves when it is mended.',
  paused: 'Paused. Mail waits until somebody resumes it.',
  removed: 'Removed. Mail that waits can be moved to another delivery channel.',
} as const
