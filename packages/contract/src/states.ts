import { type ReasonGroup, reasons } from '@fairlead/bounce/reasons'

/** The ways an email can travel. */
export const channelKinds = ['managed', 'gmail', 'microsoft', 'smtp'] as const
export type ChannelKind = (typeof channelKinds)[number]

/** What the rep's email is, before its deliveries take over. */
export const emailStates = ['draft', 'scheduled', 'held', 'released', 'cancelled'] as const
export type EmailState = (typeof emailStates)[number]

/** Where one message to one recipient stands (ARCHITECTURE.md, lifecycle). */
export const deliveryStates = [
  'queued',
  'claimed',
  'sending',
  'uncertain',
  'accepted',
  'delivered',
  'refused',
  'expired',
  'bounced',
  'complained',
  'suppressed',
  'cancelled',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Conversations' folders: Sent, Pending and Failed deliveries, each with its parts. */
export const folders = [
  'delivered',
  'archived',
  'scheduled',
  'drafts',
  'in-progress',
  'failed',
  'bounced',
  'spam',
  'needs-a-look',
] as const
export type Folder = (typeof folders)[number]

/** Folders whose row is one delivery; a row of the others is an email. */
export const failedFolders = [
  'failed',
  'bounced',
  'spam',
  'needs-a-look',
] as const satisfies readonly Folder[]

/** What delivery channels are compared by, in the order of the table. */
export const capabilityTopics = [
  'recipients-see',
  'via-tag',
  'sent-copy',
  'refusals',
  'bounces',
  'complaints',
  'replies',
  'limits',
  'size',
] as const
export type CapabilityTopic = (typeof capabilityTopics)[number]

/** How a link stands. */
export const linkStates = ['ready', 'needs-attention', 'paused', 'removed'] as const
export type LinkState = (typeof linkStates)[number]

/** Whether bounces that come later were seen to come back. */
export const bounceProofStates = [
  'proved',
  'waiting',
  'failed',
  'cannot-be-proved-here',
  'not-needed',
  'unseen',
] as const
export type BounceProofState = (typeof bounceProofStates)[number]

/** The three groups of folders, which can be listed as a whole. */
export const folderGroups = {
  sent: ['delivered', 'archived'],
  pending: ['scheduled', 'drafts', 'in-progress'],
  undelivered: failedFolders,
} as const satisfies Record<string, readonly Folder[]>
export type FolderGroup = keyof typeof folderGroups
export const folderGroupNames = Object.keys(folderGroups) as [FolderGroup, ...FolderGroup[]]

/** Classes of reasons, to filter by. */
export const reasonGroups = [
  ...new Set(Object.values(reasons).map(reason => reason.group)),
] as unknown as readonly [ReasonGroup, ...ReasonGroup[]]

/**
 * What a waiting delivery waits for: its own next try, a link that needs attention or is paused, the batch, the minute or
 * the rolling day of the link's pace, a pace that the far side asked for, or nothing but its turn.
 */
export const departureLimits = ['retry', 'link', 'batch', 'minute', 'day', 'slowed', 'turn'] as const
export type DepartureLimit = (typeof departureLimits)[number]
