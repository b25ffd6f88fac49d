import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { isAlive, withStartLock } from '../platform/database/start-lock.ts'
import type { Log } from '../platform/log.ts'
import { makeDataFolder } from '../platform/make-folder.ts'
import { messageOf } from '../platform/plain-error.ts'

/** The small internet of the sandbox: one process for all that share a data folder. */
export interface JoinedSimulator {
  /** `ip:port` */
  readonly dns: string
  readonly smtp: { readonly address: string; readonly port: number }
  /** Where people hand over mail to a server of their own; `authority` signed its certificates. */
  readonly submission: Announcement['submission']
  /** Base URL of its control interface. */
  readonly control: string
  /** Base URL of the simulated providers' interfaces. */
  readonly api: string
  /** Puts records into its DNS; again by itself when the simulator was started anew. */
  publish(records: readonly ZoneRecord[]): Promise<void>
  /** Ends it when this process started it; the others start it again at the same ports. */
  close(): Promise<void>
}

export interface ZoneRecord {
  readonly name: string
  readonly type: 'A' | 'MX' | 'TXT' | 'PORT'
  readonly data: string | number
}

const place = z.object({ address: z.string(), port: z.number() })
const announcement = z.object({
  dns: z.string(),
  smtp: z.tuple([place], place),
  submission: place.extend({ securePort: z.number(), authority: z.string() }),
  control: z.url(),
  api: z.url(),
  pid: z.number(),
})
type Announcement = z.infer<typeof announcement>

const startLimitMs = 20_000
const lookMs = 1_000
/** Tries to reach one that is alive: on a loaded machine a call fails that is only late. */
const mostCalls = 5
const callMs = 5_000
const pauseMs = 200

interface Started {
  readonly said: Announcement
  /** Null: another process started it. */
  readonly child: ChildProcess | null
}

/** Joins the simulator that runs on this data folder, or starts it; starts it again when it goes away. */
export async function joinSimulator(options: { dataFolder: string; log: Log }): Promise<JoinedSimulator> {
  const { dataFolder, log } = options
  makeDataFolder(dataFolder)
  const get = () => withStartLock(join(dataFolder, 'simulator.lock'), () => startOrJoin(dataFolder))
  let current = await get()
  const published = new Map<string, ZoneRecord>()
  let isClosed = false
  const timer = setInterval(() => {
    if (isClosed || isAlive(current.said.pid)) return
    // Nobody looks again while this one starts.
    timer.refresh()
    get()
      .then(async again => {
        current = again
        if (isClosed) return endChild(again.child)
        await putZone(again.said, [...published.values()])
      })
      .catch((error: unknown) => log.warn({ err: error }, 'The simulator does not start again'))
  }, lookMs)
  const { dns, smtp, control, api } = current.said
  return {
    ...{ dns, smtp: smtp[0], control, api },
    // Made anew with each start of the simulator.
    get submission() {
      return current.said.submission
    },
    async publish(records) {
      for (const record of records) published.set(`${record.name} ${record.type}`, record)
      await putZone(current.said, records)
    },
    async close() {
      isClosed = true
      clearInterval(timer)
      await endChild(current.child)
    },
  }
}

async function startOrJoin(dataFolder: string): Promise<Started> {
  const path = join(dataFolder, 'simulator.json')
  const last = readAnnouncement(path)
  if (last && isAlive(last.pid) && (await answers(last))) return { said: last, child: null }
  // The same ports as before, when they are free: other processes may still have them in mind.
  const started =
    (last && (await start(dataFolder, portsOf(last)).catch(() => null))) ?? (await start(dataFolder, []))
  writeFileSync(`${path}.new`, `${JSON.stringify(started.said)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return started
}

function readAnnouncement(path: string): Announcement | null {
  try {
    return announcement.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

/** One that is alive and slow must not get a second one beside it: what that takes, nobody finds. */
async function answers(said: Announcement): Promise<boolean> {
  return await call(said, () => fetch(`${said.control}/options`, { signal: AbortSignal.timeout(callMs) }))
    .then(options => options.ok)
    .catch(() => false)
}

/** Repeats a call that did not reach it, while it is alive. */
async function call(said: Announcement, make: () => Promise<Response>): Promise<Response> {
  for (let calls = 1; ; calls++) {
    try {
      return await make()
    } catch (error) {
      if (calls >= mostCalls || !isAlive(said.pid)) throw error
      await delay(pauseMs)
    }
  }
}

function portsOf(last: Announcement): string[] {
  const port = (url: string) => url.slice(url.lastIndexOf(':') + 1).replace('/', '')
  return [
    ...['--dns-port', port(last.dns), '--smtp-port', String(last.smtp[0].port)],
    ...['--submission-port', String(last.submission.port)],
    ...['--submissions-port', String(last.submission.securePort)],
    ...['--control-port', port(last.control), '--api-port', port(last.api)],
  ]
}

/** Its standard input is ours: when this process is killed, it ends as well. */
async function start(dataFolder: string, ports: readonly string[]): Promise<Started> {
  const program = join(dirname(fileURLToPath(import.meta.resolve('@fairlead/simulator'))), 'main.ts')
  const args = [program, '--data', join(dataFolder, 'simulator'), '--follow-stdin', ...ports]
  // Compiled code is kept in the same folder as ours, where ours is.
  const env = { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() }
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-2_000)
  })
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })
  const timer = setTimeout(() => child.kill('SIGKILL'), startLimitMs)
  try {
    for await (const line of lines) return { said: announcement.parse(JSON.parse(line)), child }
    throw new Error(`it ended: ${complaints.trim()}`)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`The simulator does not start: ${messageOf(error)}`)
  } finally {
    clearTimeout(timer)
    child.stdout.resume()
  }
}

async function endChild(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000)
  await ended
  clearTimeout(timer)
}

async function putZone(said: Announcement, records: readonly ZoneRecord[]): Promise<void> {
  if (records.length === 0) return
  const body = JSON.stringify(records)
  const answer = await call(said, () =>
    fetch(`${said.control}/zone`, {
      ...{ method: 'PUT', body, signal: AbortSignal.timeout(callMs) },
      headers: { 'content-type': 'application/json', 'x-fairlead-simulator': '1' },
    }),
  )
  if (!answer.ok) throw new Error(`The simulator refused our DNS records: ${await answer.text()}`)
}
