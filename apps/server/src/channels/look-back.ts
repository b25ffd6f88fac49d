const dayMs = 86_400_000

/**
 * A provider that forgot where we were (Gmail: a history "typically at least a week" old; Graph: 410; IMAP: another
 * UIDVALIDITY) is asked for what came since the last look, and for no more than so many days.
 */
const longestMs = 30 * dayMs

/** From when on a mailbox is seen again, ms since 1970; `clockMs`: by how much its clock and ours may differ. */
export const lookBackFrom = (seenAt: number, clockMs = 600_000): number =>
  Math.max(seenAt - clockMs, Date.now() - longestMs)
