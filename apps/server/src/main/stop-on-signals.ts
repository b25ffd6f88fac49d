/** Longest a graceful stop may take. */
const patienceMs = 25_000

/**
 * SIGTERM or SIGINT once: `stop`, then exit 0, or exit 1 after 25 seconds. Twice: exit at once; leases lapse and the
 * next start goes on where this one was cut.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(signal === 'SIGINT' ? 130 : 143)
    isStopping = true
    setTimeout(() => process.exit(1), patienceMs).unref()
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
