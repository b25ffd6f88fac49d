import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testServerSettings } from '../../testing/test-database-server.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.ts'

const isRoot = process.getuid?.() === 0
let base: string
const opened: EmbeddedPostgres[] = []
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'fairlead-embedded-'))
  chmodSync(base, 0o711)
})
afterAll(async () => {
  for (const server of opened) await server.close('stop')
  rmSync(base, { recursive: true, force: true })
})

async function open(
  dataFolder: string,
  onRestart?: (failure: Error | null) => void,
): Promise<EmbeddedPostgres> {
  const server = await openEmbeddedPostgres({
    dataFolder,
    settings: testServerSettings,
    ...(onRestart ? { onRestart } : {}),
  })
  opened.push(server)
  return server
}

async function query(server: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.superuserUrl('postgres') })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

function clusterOf(data: string): string {
  const { cluster } = JSON.parse(readFileSync(join(data, 'postgres.json'), 'utf8')) as { cluster: string }
  return join(cluster.startsWith('/') ? '' : data, cluster)
}

const isRunning = (data: string): boolean => existsSync(join(clusterOf(data), 'postmaster.pid'))

function pidOf(data: string): number {
  return Number.parseInt(readFileSync(join(clusterOf(data), 'postmaster.pid'), 'utf8'), 10)
}

/** Another process that opens the database, prints a line, and stays until it is killed. */
async function openElsewhere(data: string, user: { uid?: number; gid?: number } = {}) {
  const script = `
    import { openEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))}
    const server = await openEmbeddedPostgres({ dataFolder: ${JSON.stringify(data)}, settings: { fsync: 'off' } })
    process.once('SIGTERM', () => server.close().then(() => process.exit(0)))
    console.log('open')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('it ended'))),
  ])
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await once(child, 'exit')
  }
  return { end }
}

test('keeps its data over a stop, speaks UTF-8 by code point, and is not on the network', async () => {
  const data = join(base, 'plain')
  const first = await open(data)
  await query(first, 'create table kept (x text)')
  const [facts] = await query(
    first,
    `select current_setting('server_encoding') encoding, current_setting('listen_addresses') addresses,
      current_setting('data_checksums') checksums, upper('äß') upper,
      (select datlocprovider::text || datlocale from pg_database where datname = 'template1') locale`,
  )
  expect(facts).toEqual({
    encoding: 'UTF8',
    addresses: '',
    checksums: 'on',
    upper: 'Äß',
    locale: 'bC.UTF-8',
  })
  await first.close()
  expect(isRunning(data)).toBe(false)
  const second = await open(data)
  expect(await query(second, 'select * from kept')).toEqual([])
  await second.close()
})

test('two that start at once share one server; the last one out stops it', async () => {
  const data = join(base, 'shared')
  const [here, there] = await Promise.all([open(data), openElsewhere(data)])
  await here.close()
  expect(isRunning(data)).toBe(true)
  await there.end('SIGTERM')
  expect(isRunning(data)).toBe(false)
})

test('a process that is killed leaves nothing in the way, and no server behind the next one', async () => {
  const data = join(base, 'killed')
  const there = await openElsewhere(data)
  const pid = pidOf(data)
  await there.end('SIGKILL')
  const here = await open(data)
  expect(pidOf(data)).toBe(pid)
  await here.close()
  expect(isRunning(data)).toBe(false)
})

test('a server that is killed comes back under those who use it', async () => {
  const data = join(base, 'plain')
  const back = Promise.withResolvers<Error | null>()
  const server = await open(data, back.resolve)
  const pid = pidOf(data)
  process.kill(pid, 'SIGKILL')
  expect(await back.promise).toBeNull()
  expect(await query(server, 'select * from kept')).toEqual([])
  await server.close()
})

test('a data folder with a long path gets its socket elsewhere, the same one each time', async () => {
  const data = join(base, 'a'.repeat(60), 'b'.repeat(60))
  mkdirSync(dirname(data), { mode: 0o711 })
  const first = await open(data)
  await first.close()
  const second = await open(data)
  expect(second.url).toBe(first.url)
  await second.close()
  rmSync(new URL(second.url).searchParams.get('host') ?? '', { recursive: true })
})

test('a half-made cluster is made anew', async () => {
  const data = join(base, 'half')
  mkdirSync(join(data, 'postgres.new-12345678', 'cluster'), { recursive: true })
  writeFileSync(join(data, 'postgres.lock'), '999999999')
  chmodSync(data, 0o711)
  const server = await open(data)
  expect(existsSync(join(data, 'postgres.new-12345678'))).toBe(false)
  await server.close()
  writeFileSync(join(clusterOf(data), 'PG_VERSION'), '17\n')
  await expect(open(data)).rejects.toThrow(/written by PostgreSQL 17; this version of Fairlead ships 18/)
  rmSync(join(data, 'postgres.json'))
  await expect(open(data)).rejects.toThrow(/postgres.json is missing/)
})

test.runIf(isRoot)('as root, in a folder that nobody else can reach', async () => {
  const data = join(base, 'closed', 'data')
  mkdirSync(dirname(data), { mode: 0o700 })
  const server = await open(data)
  const cluster = clusterOf(data)
  try {
    expect(cluster).toMatch(/^\/var\/lib\/fairlead\/[0-9a-f]{12}\/postgres$/)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
  } finally {
    await server.close()
    rmSync(dirname(cluster), { recursive: true })
  }
})

/** Root's own clone may lie where nobody else can start its Node. */
function canOthersReach(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o001) !== 0
  return isOpen && (path === dirname(path) || canOthersReach(dirname(path)))
}

test.runIf(isRoot && canOthersReach(import.meta.dirname))(
  'as an ordinary user, and then as root on the same data',
  async () => {
    const data = join(base, 'ordinary')
    mkdirSync(data)
    chownSync(data, 65_534, 65_534)
    const there = await openElsewhere(data, { uid: 65_534, gid: 65_534 })
    await there.end('SIGTERM')
    const server = await open(data)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.close()
  },
)
