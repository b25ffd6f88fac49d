import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { connect } from '../apps/server/src/platform/database/connect.ts'
import { openEmbeddedPostgres } from '../apps/server/src/platform/database/embedded-postgres.ts'
import { migrate } from '../apps/server/src/platform/database/migrate.ts'
import { bootstrapEmbedded } from '../apps/server/src/platform/database/roles.ts'
import { pathOf } from '../apps/server/src/testing/needs.ts'
import { seedWorkspace } from '../apps/server/src/testing/seed-workspace.ts'
import { startBind } from '../apps/server/src/testing/start-bind.ts'
import { freePort } from '../apps/server/src/testing/start-program.ts'
import { loadQueue } from './load-queue.ts'
import { benchMail } from './messages.ts'
import { startRelay } from './start-relay.ts'

/**
 * Personal 8 KB emails, queued, until smtp-sink has them all: RSA-2048 signed and durable, beside Postfix + opendkim in
 * the same run. Only the ratio means something elsewhere. `node bench/outbox.ts --messages 10000 --rounds 3`
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '20' },
    variants: { type: 'string', default: 'fairlead-1,fairlead-2,postfix-opendkim' },
  },
})
const count = Number(values.messages)
const connections = Number(values.connections)
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

interface Result {
  readonly seconds: number
  readonly cpuMsPerProcess?: readonly number[]
}

async function startSink(): Promise<{ port: number; done: Promise<unknown> }> {
  const port = await freePort()
  const sink = spawn(
    pathOf('smtp-sink'),
    ['-u', 'nobody', '-m', '512', '-M', String(count), `127.0.0.1:${port}`, '1024'],
    { stdio: 'ignore', cwd: '/' },
  )
  const done = once(sink, 'exit')
  await delay(300)
  return { port, done }
}

async function runFairlead(processes: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'))
  // As root, the database's own user has to pass through.
  await chmod(folder, 0o711)
  const server = await openEmbeddedPostgres({ dataFolder: folder })
  await bootstrapEmbedded(server)
  await migrate(server.url)
  const db = connect({ url: server.url, most: 4 })
  await loadQueue(db, await seedWorkspace(db, 'ann@sender.test'), count)
  await runSql(server.superuserUrl('fairlead'), 'vacuum analyze')
  const bind = await startBind({ 'rcpt.test': ['@ MX 10 mx', 'mx A 127.0.0.1'] })
  const sink = await startSink()
  const workers = Array.from({ length: processes }, () =>
    spawn(process.execPath, [join(import.meta.dirname, 'worker.ts')], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  await delay(1_500)
  const startedAt = performance.now()
  const order = { url: server.url, dns: bind.address, mxPort: sink.port, connections, key: pair.privateKey }
  for (const worker of workers) worker.stdin.write(`${JSON.stringify(order)}\n`)
  await sink.done
  const seconds = (performance.now() - startedAt) / 1000
  const cpuMsPerProcess = await Promise.all(workers.map(leave))
  // smtp-sink leaves with the last message; the answers it no longer gave make those deliveries uncertain.
  const left = await runSql(
    server.superuserUrl('fairlead'),
    "select count(*)::int as n from fairlead.delivery where state not in ('delivered', 'uncertain')",
  )
  if (left !== 0) throw new Error(`${left} deliveries are not delivered`)
  await db.destroy()
  await bind.stop()
  await server.close('stop')
  await rm(folder, { recursive: true, force: true })
  return { seconds, cpuMsPerProcess }
}

async function leave(worker: ChildProcess): Promise<number> {
  const said = worker.stdout ? once(worker.stdout, 'data') : Promise.resolve([''])
  worker.stdin?.write('stop\n')
  const [line] = await said
  return (JSON.parse(String(line)) as { cpuMs: number }).cpuMs
}

async function runPostfix(): Promise<Result> {
  const sink = await startSink()
  const port = await freePort()
  const relay = await startRelay({ port, sinkPort: sink.port, privateKey: pair.privateKey })
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'))
  const mail = benchMail(1)
  await writeFile(
    join(folder, 'mail.eml'),
    `From: Ann Seller <ann@sender.test>\nTo: ${mail.to}\nSubject: ${mail.subject}\nMIME-Version: 1.0\nContent-Type: text/html\n\n${mail.html}\n${mail.text}`,
  )
  const startedAt = performance.now()
  const source = spawn(
    '/usr/sbin/smtp-source',
    [
      '-s',
      String(connections),
      '-d',
      '-m',
      String(count),
      '-N',
      '-F',
      join(folder, 'mail.eml'),
      '-f',
      'ann@sender.test',
      '-t',
      'user@rcpt.test',
      '-M',
      'sender.test',
      `127.0.0.1:${port}`,
    ],
    { stdio: 'inherit' },
  )
  await Promise.all([once(source, 'exit'), sink.done])
  const seconds = (performance.now() - startedAt) / 1000
  await relay.stop()
  await rm(folder, { recursive: true, force: true })
  return { seconds }
}

async function runSql(url: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const answer = await client.query(text)
  await client.end()
  return Number(answer.rows[0]?.n ?? 0)
}

function fsyncMicros(): number {
  const path = join(tmpdir(), `fairlead-fsync-${process.pid}`)
  const file = openSync(path, 'w')
  const page = Buffer.alloc(8192, 1)
  const startedAt = performance.now()
  for (let n = 0; n < 200; n++) {
    writeSync(file, page, 0, page.length, 0)
    fsyncSync(file)
  }
  closeSync(file)
  void rm(path)
  return ((performance.now() - startedAt) / 200) * 1000
}

const run = (variant: string): Promise<Result> =>
  variant.startsWith('fairlead-') ? runFairlead(Number(variant.slice(9))) : runPostfix()
const median = (numbers: number[]): number =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

console.log(`${count} messages, ${connections} connections, fsync ${fsyncMicros().toFixed(0)} µs`)
const rates = new Map<string, number[]>()
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const variant of values.variants.split(',')) {
    const result = await run(variant)
    const rate = count / result.seconds
    rates.set(variant, [...(rates.get(variant) ?? []), rate])
    const cpu = result.cpuMsPerProcess?.map(ms => `${((ms * 1000) / count).toFixed(0)} µs`).join(', ') ?? ''
    console.log(`round ${round} ${variant.padEnd(18)} ${rate.toFixed(0).padStart(6)} msg/s ${cpu}`)
  }
}
const peer = median(rates.get('postfix-opendkim') ?? [])
for (const [variant, all] of rates) {
  const rate = median(all)
  console.log(
    `${variant.padEnd(18)} ${rate.toFixed(0).padStart(6)} msg/s (median)${peer > 0 ? `, ${(rate / peer).toFixed(2)} × Postfix + opendkim` : ''}`,
  )
}
