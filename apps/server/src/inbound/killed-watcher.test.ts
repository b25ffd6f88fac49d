import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FailpointName } from '../platform/failpoint.ts'
import { has } from '../testing/needs.ts'
import { type ImapWorld, openImapWorld } from './testing/imap-world.ts'
import { type InboundWorld, openInboundWorld, type SentEmail } from './testing/open-inbound-world.ts'
import { keptOf, watchOf } from './testing/watch-of.ts'
import { writeDsn, writeReply } from './testing/write-notice.ts'

/** One run of each in CI; `FAIRLEAD_FAULT_RUNS=20 npx vitest run apps/server/src/inbound/killed-watcher.test.ts` by hand. */
const runs = Number(process.env.FAIRLEAD_FAULT_RUNS ?? 1)
/** Until what a killed process held is anybody's again. */
const leaseMs = 121_000

describe.runIf(has('dovecot'))('a watcher killed while it keeps what a mailbox showed', () => {
  let world: InboundWorld
  let imap: ImapWorld
  let clockMs = 0
  const children: ChildProcess[] = []

  beforeAll(async () => {
    world = await openInboundWorld()
    imap = await openImapWorld(world.database.db, world.seeded)
  })
  afterEach(async () => {
    for (const child of children.splice(0)) await end(child)
  })
  afterAll(async () => {
    await imap?.close()
    await world?.close()
  })

  function startWatcher(failpoints: string): ChildProcess {
    const program = fileURLToPath(new URL('./testing/run-watcher.ts', import.meta.url))
    const { nameServer, authority } = imap.place
    const child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        ...{ DATABASE_URL: world.database.url, NAME_SERVER: nameServer, AUTHORITY: authority },
        FAIRLEAD_FAILPOINTS: failpoints,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    children.push(child)
    return child
  }
  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  const now = () => watchOf(world.database.db, imap.linkId)
  const kept = () => keptOf(world.database.db, imap.linkId)
  const later = async () => {
    clockMs += leaseMs
    await world.database.setClockOffset(clockMs)
  }
  /** Another process than that one waits there, and its first look is over. */
  const isHeardAfter = (dead: string | null) =>
    vi.waitFor(
      async () => {
        const found = await now()
        expect(found).toMatchObject({
          ...{ attendant: expect.any(String), cursor: expect.any(String), hasNews: false },
        })
        expect(found?.attendant).not.toBe(dead)
      },
      { timeout: 20_000, interval: 20 },
    )
  const replyTo = ({ first }: SentEmail, name: string) =>
    writeReply({ to: 'ann@sender.example', headers: [`In-Reply-To: <${first.rfcMessageId}>`] }).replace(
      '<reply-1@',
      `<${name}@`,
    )
  const bounceOf = ({ first }: SentEmail, name: string) =>
    writeDsn({
      to: 'ann@sender.example',
      queueId: name,
      recipients: [{ final: first.address }],
      returned: [`Message-ID: <${first.rfcMessageId}>`],
    })

  test.each<FailpointName>(['before-look-commit', 'after-look-commit'])(
    '%s: the next process waits there, and each mail counts once',
    { timeout: runs * 30_000 + 60_000 },
    async place => {
      for (let run = 0; run < runs; run++) {
        const before = (await kept()).length
        // The first one finds where the mailbox stands, and is killed as it waits.
        const idle = startWatcher('')
        await isHeardAfter((await now())?.attendant ?? null)
        await end(idle)
        const [answered, returned] = [await world.sent(['answered']), await world.sent(['returned'])]
        await imap.put(replyTo(answered, `${place}-${run}`))
        await imap.put(bounceOf(returned, `${place}-${run}`))
        await later()
        const cursor = (await now())?.cursor
        const [, signal] = await once(startWatcher(`${place}=kill`), 'exit')
        expect(signal).toBe('SIGKILL')
        const isCommitted = place === 'after-look-commit'
        expect(await kept()).toHaveLength(isCommitted ? before + 2 : before)
        expect((await now())?.cursor === cursor).toBe(!isCommitted)
        await later()
        const next = startWatcher('')
        await isHeardAfter((await now())?.attendant ?? null)
        await vi.waitFor(async () => expect(await kept()).toHaveLength(before + 2), {
          ...{ timeout: 20_000, interval: 20 },
        })
        world.inbound.reader?.wake()
        await vi.waitFor(
          async () => {
            expect((await world.kinds(answered.email)).filter(kind => kind === 'replied')).toHaveLength(1)
            expect((await world.kinds(returned.email)).filter(kind => kind === 'bounced')).toHaveLength(1)
          },
          { timeout: 10_000, interval: 20 },
        )
        await end(next)
        await later()
      }
    },
  )
})
