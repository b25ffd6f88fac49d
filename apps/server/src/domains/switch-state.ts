/** Whether signing, or the envelope, is the domain's own (spec 5.2). Each has a switch of its own. */
export interface Switch {
  readonly state: 'on' | 'off' | 'grace'
  readonly until: Date | null
}

/**
 * How long a switch stays on after its records are gone. Records vanish by mistake, mostly with a move of the DNS, and
 * an admin needs to hear of it on a Friday evening and mend it on Monday.
 */
export const graceHours = 72

export type SwitchChange = 'on' | 'grace' | 'mended' | 'off'

/** The switch after a look, and what changed; `unknown` (nobody answered, servers disagree) changes nothing but time. */
export function nextSwitch(
  now: Switch,
  seen: 'live' | 'gone' | 'unknown',
  at: Date,
): { readonly next: Switch; readonly change: SwitchChange | null } {
  if (seen === 'live') {
    const change = now.state === 'off' ? 'on' : now.state === 'grace' ? 'mended' : null
    return { next: { state: 'on', until: null }, change }
  }
  if (seen === 'gone' && now.state === 'on')
    return {
      next: { state: 'grace', until: new Date(at.getTime() + graceHours * 3_600_000) },
      change: 'grace',
    }
  // Out of time ends only on a look that saw the record missing: silent name servers are no proof of anything.
  if (seen === 'gone' && now.state === 'grace' && now.until !== null && now.until <= at)
    return { next: { state: 'off', until: null }, change: 'off' }
  return { next: now, change: null }
}
