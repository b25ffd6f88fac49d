import { limits, Problem } from '@fairlead/contract'

/** A time as a person or a program gives it: an instant, or a wall time with its IANA zone. */
export interface WantedTime {
  readonly sendAt?: Date
  /** `YYYY-MM-DDTHH:MM`. */
  readonly wall?: string
  readonly zone?: string
}

/** All that is kept of a chosen time (spec 4.3). */
export interface SendTime {
  readonly at: Date
  readonly wall: string | null
  readonly zone: string | null
  /** The clocks skip the wall time: it leaves later by as much. */
  readonly isMoved: boolean
}

const dayMs = 86_400_000
// A form that was open for a moment too long still means now.
const graceMs = 60_000

/**
 * Reads the wanted time; null: none was given, which means now. Problems: email.zone-unknown, email.send-at-past,
 * email.send-at-too-far, email.no-time (half of a wall time).
 */
export function readSendTime(wanted: WantedTime, now: Date): SendTime | null {
  const time = timeOf(wanted)
  if (time === null) return null
  if (time.at.getTime() < now.getTime() - graceMs) {
    throw new Problem('email.send-at-past', { sendAt: time.wall ?? time.at.toISOString() })
  }
  if (time.at.getTime() > now.getTime() + limits.scheduleDays * dayMs) {
    throw new Problem('email.send-at-too-far', { limitDays: limits.scheduleDays })
  }
  return time
}

function timeOf({ sendAt, wall, zone }: WantedTime): SendTime | null {
  if (wall !== undefined && zone !== undefined) return { ...resolveWallTime(wall, zone), wall, zone }
  if (wall !== undefined) throw new Problem('email.no-time')
  if (sendAt !== undefined) {
    const shown = zone === undefined ? null : wallOf(sendAt.getTime(), clockOf(zone)).slice(0, 16)
    return { at: sendAt, wall: shown, zone: zone ?? null, isMoved: false }
  }
  if (zone !== undefined) throw new Problem('email.no-time')
  return null
}

/**
 * The instant of a wall time. One that the clocks skip moves forward by what they skip, one that they show twice is
 * the first, as RFC 5545 §3.3.5 has it. Problem: email.zone-unknown, also for a day that no calendar has.
 */
export function resolveWallTime(wall: string, zone: string): { at: Date; isMoved: boolean } {
  const clock = clockOf(zone)
  const asUtc = Date.parse(`${wall}:00Z`)
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 16) !== wall) {
    throw new Problem('email.zone-unknown', { zone: wall })
  }
  // No zone turns its clocks twice within two days, so these are all offsets that the wall time can have.
  const before = asUtc - offsetMs(asUtc - dayMs, clock)
  const after = asUtc - offsetMs(asUtc + dayMs, clock)
  const fitting = [before, after].filter(at => at + offsetMs(at, clock) === asUtc)
  return fitting.length > 0
    ? { at: new Date(Math.min(...fitting)), isMoved: false }
    : { at: new Date(before), isMoved: true }
}

function clockOf(zone: string): Intl.DateTimeFormat {
  // Plain offsets are zones to Intl, but turn no clocks: not what a person means by a zone.
  if (!/^[A-Za-z]/.test(zone)) throw new Problem('email.zone-unknown', { zone })
  try {
    return new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    })
  } catch {
    throw new Problem('email.zone-unknown', { zone })
  }
}

/** `YYYY-MM-DDTHH:MM:SS`, as a clock in the zone shows it. */
function wallOf(at: number, clock: Intl.DateTimeFormat): string {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`
}

function offsetMs(at: number, clock: Intl.DateTimeFormat): number {
  return Date.parse(`${wallOf(at, clock)}Z`) - Math.floor(at / 1_000) * 1_000
}
