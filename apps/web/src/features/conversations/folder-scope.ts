import type { ConversationRow, Folder, FolderGroup } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

/** What a list shows: a folder, a group of folders, or everything. */
export interface FolderScope {
  readonly title: MessageDescriptor
  /** What is told when it is empty. */
  readonly empty: MessageDescriptor
  readonly folder?: Folder
  readonly group?: FolderGroup
  /** The folders beside it, shown as tabs; the group itself comes first. */
  readonly tabs: readonly { readonly to: FolderGroup | Folder; readonly label: MessageDescriptor }[]
}

const all = msg`All`
const tabsOf = {
  sent: [
    { to: 'sent', label: all },
    { to: 'delivered', label: msg`Delivered` },
    { to: 'archived', label: msg`Archived` },
  ],
  pending: [
    { to: 'pending', label: all },
    { to: 'scheduled', label: msg`Scheduled` },
    { to: 'drafts', label: msg`Drafts` },
    { to: 'in-progress', label: msg`In progress` },
  ],
  undelivered: [
    { to: 'undelivered', label: all },
    { to: 'failed', label: msg`Failed` },
    { to: 'bounced', label: msg`Bounced` },
    { to: 'spam', label: msg`Spam` },
    { to: 'needs-a-look', label: msg`Needs a look` },
  ],
} as const satisfies Record<FolderGroup, FolderScope['tabs']>

const titles = { sent: msg`Sent`, pending: msg`Pending`, undelivered: msg`Failed deliveries` } as const

const empties = {
  ...{ delivered: msg`Emails that arrived appear here.`, archived: msg`Emails you archive are kept here.` },
  scheduled: msg`Emails that leave later wait here, and can be changed until then.`,
  drafts: msg`Emails you have begun are kept here.`,
  'in-progress': msg`Emails on their way appear here for as long as they travel.`,
  failed: msg`Emails that could not leave appear here, with the reason and the next step.`,
  bounced: msg`When an email comes back, you will find the reason and the next step here.`,
  spam: msg`When somebody marks an email as spam, you will see it here.`,
  'needs-a-look': msg`When nobody can say whether an email arrived, you decide here.`,
  sent: msg`Emails that arrived appear here.`,
  pending: msg`Drafts, scheduled emails and those on their way appear here.`,
  undelivered: msg`When an email does not arrive, you will find the reason and the next step here.`,
} as const satisfies Record<Folder | FolderGroup, MessageDescriptor>

export const everything: FolderScope = {
  title: msg`Conversations`,
  empty: msg`Emails you send, schedule or draft appear here.`,
  tabs: [],
}

const groups = Object.keys(tabsOf) as FolderGroup[]

/** The list an address speaks of; null for a folder that does not exist. */
export function folderScope(name: string | undefined): FolderScope | null {
  if (name === undefined) return everything
  for (const group of groups) {
    const tabs = tabsOf[group]
    const at = tabs.findIndex(({ to }) => to === name)
    if (at === 0) return { title: titles[group], empty: empties[group], group, tabs }
    const tab = tabs[at]
    if (tab) return { title: titles[group], empty: empties[tab.to], folder: tab.to as Folder, tabs }
  }
  return null
}

const failed: readonly ConversationRow['folder'][] = ['failed', 'bounced', 'spam', 'needs-a-look']
/** Whether a row or a delivery stands under Failed deliveries. */
export const isUndelivered = (folder: ConversationRow['folder']): boolean => failed.includes(folder)
