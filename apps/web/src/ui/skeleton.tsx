/** One grey bar where a line of text will be; `width` in percent. */
export const Skeleton = ({ width = 60 }: { readonly width?: number }) => (
  <span className="sk" style={{ width: `${width}%` }} />
)

const widths = [62, 48, 71, 55, 66, 43, 58, 69, 51, 64]

const rowOf = (_: unknown, at: number) => ({ number: at + 1, width: widths[at % widths.length] ?? 60 })

interface SkeletonRowsProps {
  readonly rows?: number
  /** "Loading emails", for those who hear the page. */
  readonly label: string
}

/** The list's rows while they load, at their real height, so that nothing jumps. */
export const SkeletonRows = ({ rows = 10, label }: SkeletonRowsProps) => (
  <div role="status" aria-label={label} aria-busy="true">
    {Array.from({ length: rows }, rowOf).map(({ number, width }) => (
      <SkeletonRow key={number} width={width} />
    ))}
  </div>
)

const SkeletonRow = ({ width }: { readonly width: number }) => (
  <div className="vr cursor-default!" aria-hidden="true">
    <span className="sk size-[1.125rem]! rounded-full!" />
    <span className="flex flex-col gap-2">
      <Skeleton width={width + 20} />
      <Skeleton width={width + 30} />
    </span>
    <span className="flex flex-col gap-2">
      <Skeleton width={width} />
      <Skeleton width={width - 15} />
    </span>
  </div>
)
