import type { ConversationRow } from '@fairlead/contract'
import { useLingui } from '@lingui/react'
import { Plural, Trans, useLingui as useMacro } from '@lingui/react/macro'
import { type MouseEvent, memo, type ReactNode } from 'react'
import { useShownTime } from '../../i18n/shown-time.ts'
import { Checkbox } from '../../ui/choice.tsx'
import { ChannelGlyph, StatusGlyph, statusShape } from '../../ui/glyphs.tsx'
import { isUndelivered } from './folder-scope.ts'
import { rowId } from './list-rows.ts'
import { reasonTitles, stateTitles, undeliveredTitles } from './reason-titles.ts'

export interface RowActs {
  readonly open: (row: ConversationRow) => void
  readonly check: (row: ConversationRow, isRange: boolean) => void
  readonly focus: (id: string) => void
}

interface RowProps {
  readonly row: ConversationRow
  /** From 0. */
  readonly index: number
  readonly isOpen: boolean
  /** The one of all rows that Tab reaches. */
  readonly isCurrent: boolean
  readonly isChecked: boolean
  readonly channelName: string | undefined
  readonly acts: RowActs
}

// A grid: keys move from row to row, which a table's own elements would not tell.
const asRow = (index: number, isOpen: boolean) =>
  ({ role: 'row', 'aria-rowindex': index + 1, 'aria-selected': isOpen }) as const
const asCell = { role: 'gridcell' } as const

/** One email, or one failed delivery: who, what became of it and why, by which way, when. Its keys are the list's. */
export const Row = memo(function Row(props: RowProps) {
  const { row, index, isOpen, isCurrent, isChecked, channelName, acts } = props
  const { t } = useMacro()
  const { clock } = useShownTime()
  const id = rowId(row)
  const first = row.to[0]
  const who = first ? first.name || first.address : t`No recipient yet`
  const handlers = {
    onClick: (event: MouseEvent) => event.target instanceof HTMLInputElement || acts.open(row),
    onFocus: () => acts.focus(id),
  }
  return (
    <div
      className="vr"
      {...asRow(index, isOpen)}
      id={`row-${id}`}
      tabIndex={isCurrent ? 0 : -1}
      {...handlers}
    >
      <span className="st" {...asCell}>
        <RowGlyph row={row} />
        <Checkbox
          aria-label={t`Select ${who}`}
          tabIndex={-1}
          checked={isChecked}
          onChange={() => undefined}
          onClick={event => acts.check(row, event.shiftKey)}
        />
      </span>
      <span className="who ell" {...asCell}>
        <b className="ell">{who}</b>
        <span className="sub ell">
          <Others count={row.recipientCount - 1}>{first?.name ? first.address : ''}</Others>
        </span>
      </span>
      <RowWords row={row} />
      <span className="chc" {...asCell}>
        {row.channel && <ChannelGlyph kind={row.channel} label={channelName ?? row.channel} />}
      </span>
      <span className="when" {...asCell}>
        <time dateTime={row.at}>{clock(new Date(row.at))}</time>
      </span>
    </div>
  )
})

function RowGlyph({ row }: { readonly row: ConversationRow }) {
  const { _ } = useLingui()
  const word = row.folder !== null && row.folder in undeliveredTitles
  const label = word
    ? undeliveredTitles[row.folder as keyof typeof undeliveredTitles]
    : stateTitles[row.state]
  return <StatusGlyph shape={statusShape(row.state, row.folder)} label={_(label)} />
}

const Others = ({ count, children }: { readonly count: number; readonly children: ReactNode }) =>
  count > 0 ? <Plural value={count} one="and # other" other="and # others" /> : children

/** What became of it in words. A failed delivery begins with its reason, all else with its subject. */
function RowWords({ row }: { readonly row: ConversationRow }) {
  const { _ } = useLingui()
  const { t } = useMacro()
  const subject = row.subject || t`(no subject)`
  const reason = row.reason && _(reasonTitles[row.reason.code])
  const [strong, weak] = isUndelivered(row.folder)
    ? [reason ?? _(stateTitles[row.state]), subject]
    : [subject, <StateWords key="state" row={row} reason={reason} />]
  return (
    <span className="why ell" {...asCell}>
      <span className="l1">
        <b className="ell">{strong}</b>
        {row.replyCount > 0 && (
          <span className="pill info">
            <Plural value={row.replyCount} one="# reply" other="# replies" />
          </span>
        )}
      </span>
      <span className="sub ell">{weak}</span>
    </span>
  )
}

function StateWords({ row, reason }: { readonly row: ConversationRow; readonly reason: string | null }) {
  const { _, i18n } = useLingui()
  const at = row.sendAt && new Date(row.sendAt)
  if (row.state === 'scheduled' && at) {
    const when = i18n.date(at, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })
    return <Trans>Leaves {when}</Trans>
  }
  const failed = (row.deliveryCounts.bounced ?? 0) + (row.deliveryCounts.refused ?? 0)
  return (
    <>
      {_(stateTitles[row.state])}
      {reason && row.state !== 'delivered' && ` — ${reason}`}
      {row.unit === 'email' && failed > 0 && row.recipientCount > 1 && (
        <>
          {' · '}
          <Plural value={failed} one="# failed" other="# failed" />
        </>
      )}
      {row.snippet && <span className="hide-s"> · {row.snippet}</span>}
    </>
  )
}
