import { useLingui } from '@lingui/react/macro'

const dayMs = 86_400_000
const startOf = (at: Date): number => new Date(at).setHours(0, 0, 0, 0)

/** Times as the screen shows them: hours of 24, days by name where they are near. */
export function useShownTime() {
  const { t, i18n } = useLingui()
  const clock = (at: Date, withSeconds = false) =>
    i18n.date(at, {
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
      ...(withSeconds && { second: '2-digit' }),
    })
  const day = (at: Date) => {
    const away = Math.round((startOf(at) - startOf(new Date())) / dayMs)
    if (away === 0) return t`Today`
    if (away === -1) return t`Yesterday`
    if (away === 1) return t`Tomorrow`
    const isThisYear = at.getFullYear() === new Date().getFullYear()
    return i18n.date(at, {
      ...{ weekday: 'long', day: 'numeric', month: 'long' },
      ...(!isThisYear && { year: 'numeric' }),
    })
  }
  const moment = (at: Date) => {
    const isToday = startOf(at) === startOf(new Date())
    return isToday ? clock(at, true) : `${i18n.date(at, { day: 'numeric', month: 'short' })} ${clock(at)}`
  }
  return { clock, day, moment }
}
