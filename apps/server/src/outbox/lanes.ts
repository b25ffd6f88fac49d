import { sql } from 'kysely'
import { asEngine } from '../platform/database/as-role.ts'
import type { Db } from '../platform/database/connect.ts'

/** How a lane stands when a handoff wants in. */
export type LaneTicket =
  | { readonly is: 'entered'; readonly wasTried: boolean; leave(): void }
  /** The lane rests, is crowded, or this worker has no share of it: come back after so long. */
  | { readonly is: 'closed'; readonly waitMs: number }

interface Lane {
  active: number
  queue: Array<(ticket: LaneTicket) => void>
  averageMs: number
}

interface Rest {
  untilTick: number
}

/** A claim is not kept waiting in memory for longer than about this. */
const longestWaitMs = 5_000

/**
 * The lanes of this worker: how many handoffs run in each, who waits, and which lanes rest. Rests are shared by all
 * workers through the database (`refresh`); connections are shared by parts that each worker computes.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>()
  #rests = new Map<string, Rest>()
  #isClosed = false

  /** Waits for a place among `most`; answers `closed` where waiting would take too long. */
  enter(name: string, most: number): Promise<LaneTicket> {
    const rest = this.#rests.get(name)
    const restMs = rest === undefined ? 0 : rest.untilTick - performance.now()
    if (restMs > 0) return Promise.resolve({ is: 'closed', waitMs: restMs + Math.random() * 1_000 })
    const places = rest === undefined ? most : Math.min(most, 1)
    if (places <= 0 || this.#isClosed)
      return Promise.resolve({ is: 'closed', waitMs: longestWaitMs * (1 + Math.random()) })
    const lane = this.#lane(name)
    if (lane.active < places) return Promise.resolve(this.#admit(name, lane))
    const expectedMs = (lane.queue.length / places + 1) * lane.averageMs
    if (expectedMs > longestWaitMs)
      return Promise.resolve({ is: 'closed', waitMs: expectedMs * (1 + Math.random()) })
    return new Promise(resolve => lane.queue.push(resolve))
  }

  /** Reads the rests that workers agreed on. A lane whose rest has passed stays on trial, one connection at a time, until a success lets it go. */
  async refresh(db: Db): Promise<void> {
    const found = await asEngine(db, tx =>
      sql<{ name: string; restMs: number }>`
        select name, greatest(0, extract(epoch from not_before - fairlead.now()) * 1000)::float8 as "restMs"
        from fairlead.lane where not_before > fairlead.now() - interval '1 hour'`.execute(tx),
    )
    const now = performance.now()
    this.#rests = new Map(found.rows.map(row => [row.name, { untilTick: now + row.restMs }]))
  }

  /** Turns away everybody who waits and all who come later; those inside finish. */
  close(): void {
    this.#isClosed = true
    for (const lane of this.#lanes.values()) {
      for (const resolve of lane.queue.splice(0)) resolve({ is: 'closed', waitMs: 0 })
    }
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const lane: Lane = { active: 0, queue: [], averageMs: 50 }
    this.#lanes.set(name, lane)
    return lane
  }

  #admit(name: string, lane: Lane): LaneTicket {
    lane.active += 1
    const sinceTick = performance.now()
    let isInside = true
    return {
      is: 'entered',
      wasTried: this.#rests.has(name),
      leave: () => {
        if (!isInside) return
        isInside = false
        lane.averageMs += (performance.now() - sinceTick - lane.averageMs) / 8
        lane.active -= 1
        const next = lane.queue.shift()
        if (next !== undefined) next(this.#admit(name, lane))
        else if (lane.active === 0) this.#lanes.delete(name)
      },
    }
  }
}
