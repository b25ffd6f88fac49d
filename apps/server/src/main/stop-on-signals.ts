/** Longest a graceful stop may take. */
const patienceMs = 25_000
/**
 * Ctrl-C reaches every process of the terminal's group, and npm and the launcher pass it on as well: one press comes
 * several times within moments.
 */
const onePressMs = 1_000

/**
 * SIGTERM or SIGINT once: `stop`, then exit 0, or exit 1 after 25 seconds. Again, a second or more later: exit at
 * once; leases lapse and the next start goes on where this one was cut.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let firstAt: number | null = null
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt !== null) {
      if (performance.now() - firstAt >= onePressMs) process.exit(signal === 'SIGINT' ? 130 : 143)
      return
    }
    firstAt = performance.now()
    setTimeout(() => process.exit(1), patienceMs).unref()
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
