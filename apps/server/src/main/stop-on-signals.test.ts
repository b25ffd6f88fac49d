import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const source = new URL('./stop-on-signals.ts', import.meta.url).href
/** A process whose stop ends as soon as it is told `go on`, and says when a signal has been heard. */
const program = `
  const { stopOnSignals } = await import(${JSON.stringify(source)})
  stopOnSignals(async () => {
    console.log('stopping')
    await new Promise(resolve => process.stdin.once('data', resolve))
    console.log('stopped')
  })
  process.stdin.resume()
  console.log('ready')
`

test('one press of Ctrl-C that arrives twice is one: the stop runs to its end', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (line === 'ready') child.kill('SIGINT')
    if (line !== 'stopping') continue
    child.kill('SIGINT')
    child.stdin.write('go on\n')
  }
  expect(said).toEqual(['ready', 'stopping', 'stopped'])
  expect(await exited).toEqual([0, null])
})
