import type { Folder } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { useLingui as useMacro } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { PageHead } from '../../shell/page-head.tsx'
import type { FolderScope } from './folder-scope.ts'
import type { ListFilter } from './list-search.ts'
import { useCounts } from './use-rows.ts'

interface ListHeadProps {
  readonly scope: FolderScope
  readonly name: string | undefined
  readonly filter: ListFilter
}

/** The group's name and its folders as tabs, with counts; a filter stays on from tab to tab. */
export function ListHead({ scope, name, filter }: ListHeadProps) {
  const { _, i18n } = useLingui()
  const { t } = useMacro()
  const counts = useCounts().data?.folders
  const folders = scope.tabs.slice(1).map(({ to }) => to as Folder)
  const countOf = (to: string): string => {
    const of = folders.includes(to as Folder) ? [to as Folder] : folders
    const count = of.reduce((sum, folder) => sum + (counts?.[folder].count ?? 0), 0)
    return counts ? `${i18n.number(count)}${of.some(folder => counts[folder].isMore) ? '+' : ''}` : ''
  }
  const tab = scope.tabs.find(({ to }) => to === name)
  const isAll = tab === undefined || tab === scope.tabs[0]
  return (
    <div className={scope.tabs.length > 0 ? 'ph-tabs' : ''}>
      <PageHead title={isAll ? _(scope.title) : _(tab.label)} shown={_(scope.title)}>
        {scope.tabs.length > 0 && (
          <nav className="seg" aria-label={t`Folders`}>
            {scope.tabs.map(({ to, label }) => (
              <Link
                key={to}
                to="/conversations/{-$folder}"
                params={{ folder: to }}
                search={filter}
                aria-current={to === name ? 'page' : undefined}
              >
                {_(label)} <span className="n">{countOf(to)}</span>
              </Link>
            ))}
          </nav>
        )}
      </PageHead>
    </div>
  )
}
