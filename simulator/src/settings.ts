/** Spans and habits of the simulator; `PUT /options` changes them while it runs. */
export interface SimulatorSettings {
  /** A greylisted recipient is taken from this long after the first try on. */
  greylistDelayMs: number
  /** `slow@`: how long each of RCPT, DATA and the final answer takes. */
  slowMs: number
  bounceAfterMs: number
  complainAfterMs: number
  autoreplyAfterMs: number
  replyAfterMs: number
  /** `delay@`: when the warning that a message waits is sent. */
  delayNoticeAfterMs: number
  /** `slowdns.example`: how long a name server takes. */
  slowDnsMs: number
  /** `cut-after-data@`: whether the message whose answer is lost was really taken. */
  cutKeeps: boolean
  /** Port of hosts without a PORT record that do not lead to the simulator itself; null: the simulator takes their mail. */
  inboundPort: number | null
  /** Outgoing mail (notices, replies): tries, and the first wait between them, doubled each time up to 10 s. */
  sendTries: number
  sendRetryMs: number
  /** Gmail gives a sent message an id of its own; users report that it does so at times. */
  rewritesMessageId: boolean
  /** How long access tokens of simulated accounts last. */
  accessTokenMs: number
  /** How far the search index of simulated mailboxes lags behind. */
  searchLagMs: number
  /** Google's clients in Testing mode: grants end after 7; 0 for a published client. */
  grantDays: number
}

export const defaultSettings: Readonly<SimulatorSettings> = {
  greylistDelayMs: 1_000,
  slowMs: 3_000,
  bounceAfterMs: 1_500,
  complainAfterMs: 1_500,
  autoreplyAfterMs: 1_000,
  replyAfterMs: 2_000,
  delayNoticeAfterMs: 1_000,
  slowDnsMs: 3_000,
  cutKeeps: true,
  inboundPort: null,
  sendTries: 8,
  sendRetryMs: 500,
  rewritesMessageId: true,
  accessTokenMs: 3_600_000,
  searchLagMs: 0,
  grantDays: 0,
}

const maxSpanMs = 3_600_000

function isFit(name: string, value: unknown): boolean {
  if (name === 'cutKeeps' || name === 'rewritesMessageId') return typeof value === 'boolean'
  if (name === 'inboundPort' && value === null) return true
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0
  if (!isCount) return false
  if (name === 'inboundPort') return value > 0 && value < 65_536
  return name === 'sendTries' ? value >= 1 && value <= 100 : value <= maxSpanMs
}

/**
 * Checks a partial set of settings, as a person or test gives it.
 * @throws Error with a sentence that names the first wrong one.
 */
export function readSettings(given: unknown): Partial<SimulatorSettings> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Error('options must be a JSON object')
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultSettings, name)) throw new Error(`no such option: ${name}`)
    if (!isFit(name, value)) throw new Error(`not a value for ${name}: ${JSON.stringify(value)}`)
  }
  return given as Partial<SimulatorSettings>
}
