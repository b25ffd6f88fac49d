import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SimulatorClient } from '@fairlead/simulator/client'
import { sql } from 'kysely'
import { asEngine } from '../../apps/server/src/platform/database/as-role.ts'
import { freePort } from '../../apps/server/src/testing/start-program.ts'
import { createTestDatabase, type TestDatabase } from '../../apps/server/src/testing/test-database.ts'
import { ApiClient } from './api-client.ts'
import { cookieOf, keyOf, post } from './sign-in-by-api.ts'
import { type FairleadProcess, startFairleadProcess } from './start-fairlead.ts'

export const accountKinds = ['gmail', 'microsoft'] as const
export type AccountKind = (typeof accountKinds)[number]
export const vendorOf = { gmail: 'google', microsoft: 'microsoft' } as const
export const owner = 'ines@brightwater.example'

/**
 * The product in processes of its own, its sandbox's providers with one connected account each, and the people whom
 * they reach. The database is the tests' own, so that its clock can be moved.
 */
export interface AccountWorld {
  readonly api: ApiClient
  /** The simulated providers, and what their recipients got. */
  readonly internet: SimulatorClient
  readonly linkOf: Readonly<Record<AccountKind, string>>
  /** Another process with the role worker; `failpoints` as FAIRLEAD_FAILPOINTS has them, and then it may die. */
  startWorker(failpoints?: string): Promise<FairleadProcess>
  /** Consents to an account again, as its owner does after its access ended. */
  connect(kind: AccountKind): Promise<string>
  /** Moves the database's clock on. */
  pass(ms: number): Promise<void>
  /** How many deliveries to addresses of this domain stand in each state. */
  statesAt(domain: string): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

export async function openAccountWorld(): Promise<AccountWorld> {
  const database = await createTestDatabase()
  const data = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'))
  // As root, other users have to pass through.
  await chmod(data, 0o711)
  const port = await freePort()
  const env = {
    ...{ FAIRLEAD_DATA: data, FAIRLEAD_DATABASE_URL: database.url, FAIRLEAD_INBOUND_PORT: '0' },
    FAIRLEAD_APP_KEYS: randomBytes(32).toString('base64'),
  }
  // It outlives the workers that are killed, and with it the simulated internet that it starts.
  const front = await startFairleadProcess({
    env: { ...env, FAIRLEAD_PORT: String(port) },
    roles: ['http', 'inbound'],
  })
  const url = `http://127.0.0.1:${port}`
  const account = { workspaceName: 'Brightwater', name: 'Ines Calder', address: owner }
  const visitor = await post(url, '/setup', { ...account, password: 'a long password' })
  const api = new ApiClient(url, await keyOf(url, cookieOf(visitor)))
  const { control } = JSON.parse(await readFile(join(data, 'simulator.json'), 'utf8')) as { control: string }
  const connect = (kind: AccountKind) => connectAccount(api, kind)
  const workers: FairleadProcess[] = []
  return {
    ...{ api, connect, internet: new SimulatorClient(control) },
    linkOf: { gmail: await connect('gmail'), microsoft: await connect('microsoft') },
    ...clockOf(database),
    async startWorker(failpoints) {
      const more: Record<string, string> = failpoints === undefined ? {} : { FAIRLEAD_FAILPOINTS: failpoints }
      const worker = await startFairleadProcess({
        ...{ env: { ...env, FAIRLEAD_PORT: '0', ...more }, roles: ['worker'] },
        mayDie: failpoints !== undefined,
      })
      workers.push(worker)
      return worker
    },
    async close() {
      await Promise.all(workers.map(worker => worker.stop()))
      await front.stop()
      await database.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}

function clockOf(database: TestDatabase): Pick<AccountWorld, 'pass' | 'statesAt'> {
  let offsetMs = 0
  return {
    async pass(ms) {
      offsetMs += ms
      await database.setClockOffset(offsetMs)
    },
    async statesAt(domain) {
      const found = await asEngine(database.db, tx =>
        sql<{ state: string; count: number }>`
          select state, count(*)::int as count from fairlead.delivery
          where address like ${`%@${domain}`} group by state`.execute(tx),
      )
      return Object.fromEntries(found.rows.map(({ state, count }) => [state, count]))
    },
  }
}

/** No pace of ours, so that faults meet as many hand-overs at once as the account allows. */
const noPace = {
  ...{ batch: 1_000, everySeconds: 1, spacingMs: 0, perMinute: null, connections: 5 },
  ...{ perDayMessages: null, perDayRecipients: null, perDayExternalRecipients: null },
}

async function connectAccount(api: ApiClient, kind: AccountKind): Promise<string> {
  const started = await api.call<{ id: string }>('POST', '/links/connect', { body: { kind } })
  const link = await api.call<{ id: string }>('POST', `/links/connect/${started.id}/confirm`, { body: {} })
  await api.call('PUT', `/links/${link.id}/pace`, { body: { pace: noPace } })
  return link.id
}
