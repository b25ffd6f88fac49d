import { isIPv6, SocketAddress } from 'node:net'

/** How many clients the listener serves at once. */
export interface AdmissionLimits {
  readonly mostConnections: number
  /** An IPv6 client's address is its /64. */
  readonly mostPerAddress: number
}

/** Where a connection stands: what it waits for decides how long it may take, and what a shutdown does to it. */
export type Phase = 'commands' | 'message' | 'storing'

interface Guest {
  readonly from: string
  phase: Phase
  timer: NodeJS.Timeout | null
}

/**
 * Counts connections and gives each a deadline for what it is doing. The SMTP server's own time-out starts again
 * with every byte, so a client that sends one byte a minute would stay for ever.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #deadlines: Readonly<Record<Phase, number | null>>
  readonly #onLate: (id: string) => void
  readonly #guests = new Map<string, Guest>()
  readonly #counts = new Map<string, number>()

  constructor(options: {
    limits: AdmissionLimits
    /** Milliseconds a connection may stay in a phase; null: as long as it takes. */
    deadlines: Readonly<Record<Phase, number | null>>
    onLate: (id: string) => void
  }) {
    this.#limits = options.limits
    this.#deadlines = options.deadlines
    this.#onLate = options.onLate
  }

  get size(): number {
    return this.#guests.size
  }

  /** False: one too many, of all or of this address. */
  admit(id: string, address: string): boolean {
    const from = networkOf(address)
    const count = this.#counts.get(from) ?? 0
    if (this.#guests.size >= this.#limits.mostConnections || count >= this.#limits.mostPerAddress)
      return false
    this.#counts.set(from, count + 1)
    this.#guests.set(id, { from, phase: 'commands', timer: null })
    this.enter(id, 'commands')
    return true
  }

  enter(id: string, phase: Phase): void {
    const guest = this.#guests.get(id)
    if (guest === undefined) return
    if (guest.timer !== null) clearTimeout(guest.timer)
    const ms = this.#deadlines[phase]
    guest.phase = phase
    guest.timer = ms === null ? null : setTimeout(() => this.#onLate(id), ms).unref()
  }

  phaseOf(id: string): Phase | null {
    return this.#guests.get(id)?.phase ?? null
  }

  leave(id: string): void {
    const guest = this.#guests.get(id)
    if (guest === undefined) return
    if (guest.timer !== null) clearTimeout(guest.timer)
    this.#guests.delete(id)
    const count = (this.#counts.get(guest.from) ?? 1) - 1
    if (count > 0) this.#counts.set(guest.from, count)
    else this.#counts.delete(guest.from)
  }
}

/** One customer has a whole /64 of IPv6 to dial from. */
function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:/i, '')
  if (!isIPv6(bare)) return bare
  const full = new SocketAddress({ address: bare, family: 'ipv6' }).address
  const [head = '', tail = ''] = full.split('::')
  const left = head.split(':').filter(group => group !== '')
  const right = full.includes('::') ? tail.split(':').filter(group => group !== '') : []
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return groups.slice(0, 4).join(':')
}
