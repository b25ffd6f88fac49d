let lastMs = 0
let serial = 0

/** Ids in order of arrival: milliseconds and a serial number, base 36; a clock set back does not disturb the order. */
export function nextMessageId(): string {
  const now = Date.now()
  serial = now > lastMs ? 0 : serial + 1
  lastMs = Math.max(now, lastMs)
  return `${lastMs.toString(36).padStart(9, '0')}${serial.toString(36).padStart(4, '0')}`
}
