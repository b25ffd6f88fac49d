import { useLingui } from '@lingui/react/macro'
import { Skeleton } from '../../ui/skeleton.tsx'

/** While a link from a mail is looked up. */
export function LinkLoading() {
  const { t } = useLingui()
  return (
    <section className="ob-f" role="status" aria-label={t`Loading`} aria-busy="true">
      <Skeleton width={70} />
      <Skeleton width={90} />
      <Skeleton width={55} />
    </section>
  )
}
