import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

export interface RunningProgram {
  readonly pid: number
  /** What it has printed so far. */
  output(): string
  /** SIGTERM to its process group, and waits for its end. */
  stop(): Promise<void>
}

/**
 * Starts a server in the foreground, in a process group of its own, and waits until it prints that it is ready. It
 * ends with this process, should nobody stop it before.
 * Rejects with its last words when it ends before that, or after 20 s.
 */
export async function startProgram(program: {
  readonly path: string
  readonly arguments: readonly string[]
  /** Null: it says nothing; the caller finds out. */
  readonly readyWhen: RegExp | null
  readonly cwd?: string
}): Promise<RunningProgram> {
  const child = spawn(program.path, [...program.arguments], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(program.cwd ? { cwd: program.cwd } : {}),
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-100_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const endWithUs = () => child.kill('SIGTERM')
  process.once('exit', endWithUs)
  const stop = async () => {
    process.off('exit', endWithUs)
    await endGroup(child)
  }
  const ready = new Promise<void>((resolve, reject) => {
    const look = () => {
      if (program.readyWhen === null || program.readyWhen.test(printed)) resolve()
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.once('spawn', look)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${program.path} ended:\n${printed.slice(-3000)}`)))
    setTimeout(
      () => reject(new Error(`${program.path} is not ready:\n${printed.slice(-3000)}`)),
      20_000,
    ).unref()
  })
  try {
    await ready
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: child.pid ?? 0, output: () => printed, stop }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  const hard = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), 10_000)
  await ended
  clearTimeout(hard)
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const place = server.address()
  server.close()
  await once(server, 'close')
  return typeof place === 'object' && place ? place.port : 0
}

let used = 0

/** An address of 127/8 that no other test file uses: servers on it may have their usual ports. */
export function ownLoopbackAddress(): string {
  used += 1
  const place = (Number(process.env.VITEST_POOL_ID ?? 0) * 40 + used) % 254
  return `127.${1 + ((process.pid >> 8) % 254)}.${process.pid & 255}.${1 + place}`
}
