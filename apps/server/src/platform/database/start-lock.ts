import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, PlainError } from '../plain-error.ts'

const freshMs = 5_000
const staleMs = 20_000

/**
 * Runs `work` while no other process does the same with this lock file. A holder that was killed leaves the file
 * behind: it counts no more when its process is gone, or when nobody has touched it for 20 seconds (a number that
 * belongs to another process after a reboot).
 */
export async function withStartLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`
  const deadline = performance.now() + 120_000
  writeFileSync(mine, String(process.pid), { mode: 0o600 })
  try {
    while (!tryLink(mine, path)) {
      if (isStale(path)) rmSync(path, { force: true })
      else if (performance.now() > deadline) {
        throw new PlainError(
          `Another Fairlead has held ${path} for two minutes. Is one hanging? Stop it and start again.`,
        )
      } else await delay(10)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  const touch = setInterval(() => keepFresh(path), freshMs)
  try {
    return await work()
  } finally {
    clearInterval(touch)
    rmSync(path, { force: true })
  }
}

function keepFresh(path: string): void {
  try {
    utimesSync(path, new Date(), new Date())
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function isStale(path: string): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleMs) return true
    const pid = Number(readFileSync(path, 'utf8'))
    return !(pid > 0 && isAlive(pid))
  } catch (error) {
    return codeOf(error) !== 'ENOENT'
  }
}

/** Whether a process of that number exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
