import type { ConversationRow } from '@fairlead/contract'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { useShownTime } from '../../i18n/shown-time.ts'
import { type ListLine, listLines } from './list-lines.ts'
import { Row, type RowActs } from './row.tsx'
import { useIsWiderThan } from './use-is-wider-than.ts'

const rowPx = 56
const tallRowPx = 92
const dayPx = 32
/** So many lines before the end, the next page is asked for. */
const aheadLines = 40

const asGrid = (label: string, rows: number) =>
  ({ role: 'grid', 'aria-label': label, 'aria-rowcount': rows }) as const

interface ListProps {
  readonly label: string
  readonly rows: readonly ConversationRow[]
  readonly hasMore: boolean
  readonly loadMore: () => void
  readonly openId: string | undefined
  readonly currentId: string | undefined
  readonly checked: ReadonlySet<string>
  readonly channelNames: ReadonlyMap<string, string>
  readonly acts: RowActs
}

/** Rows by day; only those in sight are in the page. */
export function List(props: ListProps) {
  const { label, rows, hasMore, loadMore } = props
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useMemo(() => listLines(rows), [rows])
  const { virtual, stickyAt, isTall } = useLines(lines, scroller)
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= lines.length - aheadLines) loadMore()
  }, [hasMore, last, lines.length, loadMore])
  useCurrentInSight({ lines, currentId: props.currentId, scroller, scrollTo: virtual.scrollToIndex })
  return (
    <div className="vlist" ref={scroller} {...asGrid(label, hasMore ? -1 : rows.length)}>
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start, key }) => {
          const line = lines[index]
          if (!line) return null
          const isSticky = index === stickyAt.current
          return (
            <div
              key={key}
              role="presentation"
              data-index={index}
              {...(isTall && { ref: virtual.measureElement })}
              className={isSticky ? 'vl-sticky' : 'vl'}
              {...(!isSticky && { style: { transform: `translateY(${start}px)` } })}
            >
              {line.is === 'day' ? <Day at={line.at} /> : <RowLine line={line} {...props} />}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function RowLine({ line, ...props }: ListProps & { readonly line: ListLine & { is: 'row' } }) {
  const { row, index, key } = line
  const isFirst = props.currentId === undefined && index === 0
  return (
    <Row
      {...{ row, index, acts: props.acts }}
      isOpen={key === props.openId}
      isCurrent={isFirst || key === props.currentId}
      isChecked={props.checked.has(key)}
      channelName={row.linkId === null ? undefined : props.channelNames.get(row.linkId)}
    />
  )
}

function Day({ at }: { readonly at: Date }) {
  const { day } = useShownTime()
  return (
    <div className="vg" role="presentation">
      {day(at)}
    </div>
  )
}

function useLines(lines: readonly ListLine[], scroller: RefObject<HTMLDivElement | null>) {
  const stickyAt = useRef(0)
  const isTall = !useIsWiderThan(640)
  const days = useMemo(() => lines.flatMap((line, at) => (line.is === 'day' ? at : [])), [lines])
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: at => (lines[at]?.is === 'day' ? dayPx : isTall ? tallRowPx : rowPx),
    getItemKey: at => lines[at]?.key ?? at,
    overscan: 8,
    // The head of the day at the top stays in the page, to stick there.
    rangeExtractor: range => {
      stickyAt.current = days.findLast(at => at <= range.startIndex) ?? 0
      return [...new Set([stickyAt.current, ...defaultRangeExtractor(range)])].sort((a, b) => a - b)
    },
  })
  return { virtual, stickyAt, isTall }
}

interface InSight {
  readonly lines: readonly ListLine[]
  readonly currentId: string | undefined
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly scrollTo: (at: number) => void
}

/** Keeps the current row in sight as keys move it, and the focus on it where the focus was in the list. */
function useCurrentInSight({ lines, currentId, scroller, scrollTo }: InSight): void {
  const latest = useRef(lines)
  latest.current = lines
  useEffect(() => {
    if (currentId === undefined) return
    const at = latest.current.findIndex(({ key }) => key === currentId)
    if (at < 0) return
    const element = document.getElementById(`row-${currentId}`)
    const view = scroller.current?.getBoundingClientRect()
    const box = element?.getBoundingClientRect()
    // A row below the head of its day counts as in sight only where the head does not cover it.
    if (!view || !box || box.top < view.top + dayPx || box.bottom > view.bottom)
      scrollTo(Math.max(0, at - (at === 1 ? 1 : 0)))
    const isInList = scroller.current?.contains(document.activeElement) === true
    if (isInList || document.activeElement === document.body)
      requestAnimationFrame(() => document.getElementById(`row-${currentId}`)?.focus({ preventScroll: true }))
  }, [currentId, scroller, scrollTo])
}
