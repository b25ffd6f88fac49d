import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FailpointName, failpoints } from '../apps/server/src/platform/failpoint.ts'
import { has } from '../apps/server/src/testing/needs.ts'
import { type KillTable, killRun } from './testing/kill-run.ts'
import { type LiveWorld, openLiveWorld } from './testing/live-world.ts'

/** One run of each in CI; `FAIRLEAD_FAULT_RUNS=20 npx vitest run e2e/03` by hand. */
const runs = Number(process.env.FAIRLEAD_FAULT_RUNS ?? 1)

describe.runIf(has('postfix', 'bind'))(
  'killed with -9 at any point, nothing is lost and nothing arrives twice',
  () => {
    let world: LiveWorld
    const table: KillTable = new Map()

    beforeAll(async () => {
      const later = Array.from({ length: 200 }, (_, at) => `later${at}@customer.test`)
      world = await openLiveWorld({ bouncesLater: later })
    }, 240_000)
    afterAll(async () => {
      await world?.close()
      console.table(Object.fromEntries(table))
    })

    // The managed servers keep no drafts, file no copies and have no mailbox; e2e/07, outbox/killed-*.test.ts and
    // inbound/killed-watcher.test.ts kill where that is done.
    const notHere: readonly FailpointName[] = [
      ...(['after-keep', 'after-draft', 'before-copy', 'after-copy'] as const),
      ...(['before-look-commit', 'after-look-commit'] as const),
    ]
    const points = (Object.keys(failpoints) as FailpointName[]).filter(name => !notHere.includes(name))
    for (const failpoint of points) {
      test(`${failpoint}: ${failpoints[failpoint]}`, { timeout: runs * 60_000 + 120_000 }, async () => {
        for (let run = 0; run < runs; run++) await killRun(world, { failpoint, run, table })
        expect(table.get(failpoint)?.killed).toBe(runs)
      })
    }
  },
)
