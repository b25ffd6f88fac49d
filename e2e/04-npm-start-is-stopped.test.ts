import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'

/**
 * npm runs scripts through a shell and passes a signal to that shell alone: without `exec` in the script, Fairlead
 * would live on after `npm start` was stopped, and hold its port.
 */
test('stopping npm start stops Fairlead, gracefully', async () => {
  const data = await mkdtemp(join(tmpdir(), 'fairlead-e2e-'))
  // As root, the database's own user has to pass through.
  await chmod(data, 0o711)
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, FAIRLEAD_DATA: data, FAIRLEAD_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void npm.kill('SIGKILL'))
  const exited = once(npm, 'exit')
  const said: string[] = []
  let url = ''
  for await (const line of createInterface({ input: npm.stdout })) {
    said.push(line)
    url ||= /"url":"([^"]+)".*"Fairlead is ready"/.exec(line)?.[1] ?? ''
    if (url === '' || said.includes('told to stop')) continue
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    npm.kill('SIGTERM')
    said.push('told to stop')
  }
  expect(await exited).toEqual([0, null])
  expect(said.at(-1)).toContain('Fairlead has stopped')
  await expect(fetch(`${url}/health/live`)).rejects.toThrow()
})
