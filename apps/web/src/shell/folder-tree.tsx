import type { Folder, FolderGroup } from '@fairlead/contract'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { Icon } from '../ui/icon.tsx'
import type { IconName } from '../ui/icon-paths.ts'
import { NavLink } from './nav-link.tsx'

interface Line {
  readonly folder: Folder
  readonly label: MessageDescriptor
  readonly icon: IconName
}

/** The folders of Conversations as they stand in the sidebar. */
export const folderGroups: readonly {
  readonly group: FolderGroup
  readonly title: MessageDescriptor
  readonly folders: readonly Line[]
}[] = [
  {
    group: 'sent',
    title: msg`Sent`,
    folders: [
      { folder: 'delivered', label: msg`Delivered`, icon: 'delivered' },
      { folder: 'archived', label: msg`Archived`, icon: 'archive' },
    ],
  },
  {
    group: 'pending',
    title: msg`Pending`,
    folders: [
      { folder: 'scheduled', label: msg`Scheduled`, icon: 'clock' },
      { folder: 'drafts', label: msg`Drafts`, icon: 'pen' },
      { folder: 'in-progress', label: msg`In progress`, icon: 'progress' },
    ],
  },
  {
    group: 'undelivered',
    title: msg`Failed deliveries`,
    folders: [
      { folder: 'failed', label: msg`Failed`, icon: 'x' },
      { folder: 'bounced', label: msg`Bounced`, icon: 'bounced' },
      { folder: 'spam', label: msg`Spam`, icon: 'spam' },
      { folder: 'needs-a-look', label: msg`Needs a look`, icon: 'alert' },
    ],
  },
]

const needsAPerson: readonly Folder[] = ['failed', 'bounced', 'needs-a-look']

/** The folders with their counts; for the sidebar, below Conversations. */
export function FolderTree() {
  const { _ } = useLingui()
  const { data } = useQuery({
    queryKey: keys.conversationCounts,
    queryFn: ({ signal }) => api.conversations.counts(undefined, { signal }),
  })
  return (
    <div className="tree">
      {folderGroups.map(({ group, title, folders }) => (
        <div key={title.id}>
          <div id={`folders-${title.id}`}>
            <NavLink to={`/conversations/${group}`} className="tree-h">
              {_(title)}
            </NavLink>
          </div>
          <ul aria-labelledby={`folders-${title.id}`}>
            {folders.map(({ folder, label, icon }) => (
              <li key={folder}>
                <NavLink to={`/conversations/${folder}`}>
                  <Icon name={icon} size="sm" />
                  <span className="ell">{_(label)}</span>
                  <Count {...data?.folders[folder]} isBad={needsAPerson.includes(folder)} />
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}

function Count({ count = 0, isMore = false, isBad }: { count?: number; isMore?: boolean; isBad: boolean }) {
  const { i18n } = useLingui()
  if (count === 0) return null
  return (
    <span className={`n ${isBad ? 'bad' : ''}`}>
      {i18n.number(count)}
      {isMore && '+'}
    </span>
  )
}
