import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSimulator } from './start-simulator.ts'

const main = join(import.meta.dirname, 'main.ts')
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'simulator-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

async function run(...options: string[]) {
  const child = spawn(process.execPath, [main, '--data', data, ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, exited, ready: JSON.parse(line) }
}

test('says one line when ready and ends on SIGTERM', async () => {
  const { child, exited, ready } = await run()
  expect(ready).toMatchObject({
    dns: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    smtp: [{ address: '127.0.0.1', port: expect.any(Number) }],
    pid: child.pid,
  })
  expect((await fetch(`${ready.control}/received`)).status).toBe(200)
  child.kill('SIGTERM')
  expect((await exited)[0]).toBe(0)
})

test('ends with its input where told to follow it, even while a call waits', async () => {
  const { child, exited, ready } = await run('--follow-stdin')
  const waiting = fetch(`${ready.control}/received/wait?timeoutMs=60000`).catch(() => undefined)
  child.stdin.end()
  expect((await exited)[0]).toBe(0)
  await waiting
})

test('refuses to listen beyond loopback, and on a port that is taken', async () => {
  await expect(startSimulator({ data, host: '0.0.0.0' })).rejects.toThrow('loopback only')
  const first = await startSimulator({ data })
  const smtpPort = first.smtp[0]?.port ?? 0
  await expect(startSimulator({ data: join(data, 'b'), smtpPort })).rejects.toThrow('EADDRINUSE')
  await first.close()
})
