import type { LinkId } from '../platform/ids.ts'
import type { ClaimedHandoff } from './claimed-handoff.ts'
import type { Way } from './due-links.ts'

/** At most this part of what a worker holds is one link's: a slow one leaves room for the others. */
const partOfOneLink = 2 / 3

/**
 * What this worker holds, and how much more it would take. A link that is its own lane gets no more than its
 * connections will soon carry: what waits in memory waits behind nobody's pace.
 */
export class Holdings {
  readonly #capacity: number
  readonly #worthClaiming: number
  readonly #shareOf: (most: number) => number
  readonly #byLink = new Map<LinkId, number>()
  #deliveries = 0
  #freed = 0

  constructor(options: { capacity: number; claimAtOnce: number; shareOf: (most: number) => number }) {
    this.#capacity = options.capacity
    this.#worthClaiming = Math.min(options.claimAtOnce, options.capacity) / 4
    this.#shareOf = options.shareOf
  }

  deliveries(): number {
    return this.#deliveries
  }

  /** Free places; 0 where they are too few to be worth a commit. */
  free(): number {
    const free = this.#capacity - this.#deliveries
    return free < this.#worthClaiming ? 0 : free
  }

  roomFor(way: Way, mostConnections: number | null): number {
    const held = this.#byLink.get(way.link.id) ?? 0
    if (!way.isOneLane) {
      const room = Math.floor(this.#capacity * partOfOneLink) - held
      return room < Math.min(this.#worthClaiming, this.#capacity / 8) ? 0 : room
    }
    const connections = way.traits?.connectionsPerLane ?? 1
    const places = this.#shareOf(Math.min(connections, mostConnections ?? connections))
    const room = places * 2 - held
    return room < places / 2 ? 0 : Math.max(room, 0)
  }

  add(handoffs: readonly ClaimedHandoff[]): void {
    this.#freed = 0
    for (const handoff of handoffs) this.#count(handoff, 1)
  }

  /** Answers whether looking for more is worth it now. */
  remove(handoff: ClaimedHandoff): boolean {
    this.#count(handoff, -1)
    this.#freed += handoff.deliveries.length
    if (this.#deliveries === 0 || this.#freed >= this.#worthClaiming) return true
    return handoff.way.isOneLane && this.roomFor(handoff.way, handoff.mostConnections) > 0
  }

  #count({ way, deliveries }: ClaimedHandoff, sign: 1 | -1): void {
    this.#deliveries += sign * deliveries.length
    const held = (this.#byLink.get(way.link.id) ?? 0) + sign
    if (held > 0) this.#byLink.set(way.link.id, held)
    else this.#byLink.delete(way.link.id)
  }
}
