import { useLingui } from '@lingui/react'
import { Trans, useLingui as useMacro } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { isProblem } from '../../api/api-error.ts'
import { usePlaces } from '../../shell/place.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import type { FolderScope } from './folder-scope.ts'
import { filterCount, type ListFilter } from './list-search.ts'

export function ListLoading() {
  const { t } = useMacro()
  return (
    <div className="vlist">
      <SkeletonRows rows={10} label={t`Loading emails`} />
    </div>
  )
}

export function ListFailed({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <div className="vlist p-3">
      <Note
        tone="bad"
        action={
          <Button size="sm" onClick={onRetry}>
            <Trans>Try again</Trans>
          </Button>
        }
      >
        <b>
          <Trans>The list did not load.</Trans>
        </b>{' '}
        {isProblem(error, 'offline') ? (
          <Trans>You are offline. Your emails are safe.</Trans>
        ) : (
          <Trans>Your emails are safe.</Trans>
        )}
      </Note>
    </div>
  )
}

interface ListEmptyProps {
  readonly scope: FolderScope
  readonly filter: ListFilter
  readonly onClear: () => void
}

export function ListEmpty({ scope, filter, onClear }: ListEmptyProps) {
  const { _ } = useLingui()
  const compose = usePlaces().find(({ group }) => group === 'compose')
  const isFiltered = filterCount(filter) > 0
  const isFailed = scope.tabs[0]?.to === 'undelivered'
  return (
    <div className="vlist">
      <Empty
        rope={isFailed ? 'parted' : 'through'}
        title={
          isFiltered ? (
            <Trans>No email fits</Trans>
          ) : isFailed ? (
            <Trans>Nothing undelivered</Trans>
          ) : (
            <Trans>No emails here</Trans>
          )
        }
        action={
          isFiltered ? (
            <Button onClick={onClear}>
              <Trans>Clear filters</Trans>
            </Button>
          ) : (
            compose &&
            !isFailed && (
              <Link to={compose.to} className={buttonClass({ look: 'primary' })}>
                <Icon name={compose.icon} />
                {_(compose.label)}
              </Link>
            )
          )
        }
      >
        {isFiltered ? <Trans>Search and filters narrow this list.</Trans> : _(scope.empty)}
      </Empty>
    </div>
  )
}
