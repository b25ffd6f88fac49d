/** A local date and time with its zone, as the API takes it: 2027-03-28T09:30, Europe/Amsterdam. */
export interface WallTime {
  readonly wall: string
  readonly zone: string
}

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Every zone the browser knows; the own one among them. */
export const zones = (): string[] =>
  [...new Set([ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted()

/** What clocks in a zone show at an instant: 2027-03-28T09:30. */
export function wallOf(at: Date, zone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`
}

/** The instant at which clocks in the zone show this; near a change of clocks the server decides. */
export function instantOf({ wall, zone }: WallTime): Date | null {
  const asUtc = new Date(`${wall}:00Z`)
  if (Number.isNaN(asUtc.getTime())) return null
  let at = asUtc
  for (let round = 0; round < 2; round += 1) {
    const shown = new Date(`${wallOf(at, zone)}:00Z`)
    at = new Date(at.getTime() + asUtc.getTime() - shown.getTime())
  }
  return at
}

export type PresetName = 'today' | 'tomorrow' | 'next-week'

/** Good times from now in a zone; later today only while there is enough of it left. */
export function presets(
  now: Date,
  zone: string,
): readonly { readonly name: PresetName; readonly wall: string }[] {
  const wall = wallOf(now, zone)
  const hour = Number(wall.slice(11, 13))
  const weekday = new Date(`${wall.slice(0, 10)}T00:00Z`).getUTCDay()
  const tomorrow = `${dayAfter(wall, 1)}T08:30`
  const monday = `${dayAfter(wall, (8 - weekday) % 7 || 7)}T08:30`
  return [
    ...(hour < 16
      ? [{ name: 'today' as const, wall: `${wall.slice(0, 10)}T${hour < 11 ? '13:00' : '17:00'}` }]
      : []),
    { name: 'tomorrow', wall: tomorrow },
    ...(monday === tomorrow ? [] : [{ name: 'next-week' as const, wall: monday }]),
  ]
}

function dayAfter(wall: string, days: number): string {
  const day = new Date(`${wall.slice(0, 10)}T00:00Z`)
  day.setUTCDate(day.getUTCDate() + days)
  return day.toISOString().slice(0, 10)
}
